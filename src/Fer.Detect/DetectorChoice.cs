using Fer.Core;
using Fer.Core.Detection.Detectors;

namespace Fer.Detect;

/// <summary>The face detector that a user asks for.</summary>
internal enum DetectorKind
{
    /// <summary>YuNet if its file is installed, else the Haar cascade.</summary>
    Auto,

    /// <summary>The Haar cascade.</summary>
    Haar,

    /// <summary>YuNet.</summary>
    YuNet,

    /// <summary>None: each image is a face.</summary>
    WholeImage,
}

/// <summary>Opens the face detector of a run.</summary>
internal static class DetectorChoice
{
    /// <summary>Opens the detector.</summary>
    /// <param name="options">What the user asks for.</param>
    /// <param name="isStill">Whether the source has single images, in which smaller faces are detected by default.</param>
    /// <param name="say">Receives one line if YuNet is not installed.</param>
    /// <exception cref="FerException">The detector's file is missing or damaged.</exception>
    public static IFaceDetector Open(DetectOptions options, bool isStill, Action<string> say)
    {
        if (options.Detector == DetectorKind.WholeImage)
        {
            return new WholeImage();
        }

        if (YuNetFile(options) is { } model)
        {
            return new YuNetFaceDetector(model, options.MinFace ?? (isStill ? YuNetFaceDetector.StillImageMinFace : YuNetFaceDetector.VideoMinFace));
        }

        if (options.Detector == DetectorKind.Auto)
        {
            say("detector: Haar cascade; fer-detect get-detector installs YuNet, which finds more faces");
        }

        return new HaarFaceDetector(options.Haar with { MinFace = options.MinFace ?? (isStill ? HaarOptions.StillImageMinFace : options.Haar.MinFace) });
    }

    private static string? YuNetFile(DetectOptions options)
    {
        if (options.Detector == DetectorKind.Haar)
        {
            return null;
        }

        var path = options.DetectorModel ?? YuNetModel.Locate();
        return path is null && options.Detector == DetectorKind.YuNet
            ? throw new FerException("YuNet is not installed; run fer-detect get-detector, or name its file with --detector-model FILE.onnx")
            : path;
    }
}
