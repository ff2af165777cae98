using Fer.Core.Detection.Detectors;

namespace Fer.Detect;

/// <summary>Opens the face detector of a run.</summary>
internal static class DetectorChoice
{
    /// <inheritdoc cref="FaceDetectors.Open"/>
    public static IFaceDetector Open(DetectOptions options, bool isStill, Action<string> say) => FaceDetectors.Open(
        new DetectorRequest(options.Detector) { YuNet = options.DetectorModel, Haar = options.Haar, MinFace = options.MinFace }, isStill, say);
}
