namespace Fer.Core.Detection.Detectors;

/// <summary>The face detector that a user asks for.</summary>
public enum DetectorKind
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

/// <summary>A face detector and its settings.</summary>
/// <param name="Kind">Which one.</param>
public sealed record DetectorRequest(DetectorKind Kind = DetectorKind.Auto)
{
    /// <summary>YuNet's file; null for the installed one.</summary>
    public string? YuNet { get; init; }

    /// <summary>The cascade's file; null for the one that OpenCV's packages install.</summary>
    public string? Cascade { get; init; }

    /// <summary>The cascade's step from one scale to the next; null for the default of the source.</summary>
    public double? ScaleFactor { get; init; }

    /// <summary>The neighbors that a face of the cascade needs; null for the default of the source.</summary>
    public int? MinNeighbors { get; init; }

    /// <summary>The smallest face; null for the default of the detector and the source.</summary>
    public FaceSize? MinFace { get; init; }
}

/// <summary>Opens face detectors.</summary>
public static class FaceDetectors
{
    /// <summary>Opens a detector.</summary>
    /// <param name="request">What the user asks for.</param>
    /// <param name="isStill">Whether it is for single images, in which smaller faces are detected by default.</param>
    /// <param name="say">Receives one line if YuNet is not installed.</param>
    /// <param name="detail">Receives one line with the detector and its file.</param>
    /// <exception cref="FerException">The detector's file is missing or damaged.</exception>
    public static IFaceDetector Open(DetectorRequest request, bool isStill, Action<string> say, Action<string> detail)
    {
        if (request.Kind == DetectorKind.WholeImage)
        {
            return new WholeImage();
        }

        if (YuNetFile(request) is { } model)
        {
            detail($"detector: YuNet ({model})");
            return new YuNetFaceDetector(model, request.MinFace ?? (isStill ? YuNetFaceDetector.StillImageMinFace : YuNetFaceDetector.VideoMinFace));
        }

        if (request.Kind == DetectorKind.Auto)
        {
            say("detector: Haar cascade; fer-detect get-detector installs YuNet, which finds more faces");
        }

        var haar = isStill ? HaarOptions.StillImages : new HaarOptions();
        detail($"detector: Haar cascade ({HaarCascade.Locate(request.Cascade)})");
        return new HaarFaceDetector(new HaarOptions
        {
            Cascade = request.Cascade,
            ScaleFactor = request.ScaleFactor ?? haar.ScaleFactor,
            MinNeighbors = request.MinNeighbors ?? haar.MinNeighbors,
            MinFace = request.MinFace ?? haar.MinFace,
        });
    }

    /// <summary>The files that a detector reads, which no output may replace; empty where one is missing.</summary>
    public static IReadOnlyList<string> FilesOf(DetectorRequest request)
    {
        try
        {
            return request.Kind == DetectorKind.WholeImage ? [] : [YuNetFile(request) ?? HaarCascade.Locate(request.Cascade)];
        }
        catch (FerException)
        {
            // Opening the detector reports it.
            return [];
        }
    }

    private static string? YuNetFile(DetectorRequest request)
    {
        if (request.Kind == DetectorKind.Haar)
        {
            return null;
        }

        var path = request.YuNet ?? YuNetModel.Locate();
        return path is null && request.Kind == DetectorKind.YuNet
            ? throw new FerException("YuNet is not installed; run fer-detect get-detector, or name its file with --detector-model FILE.onnx")
            : path;
    }
}
