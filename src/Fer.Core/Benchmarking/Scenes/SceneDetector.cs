using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>A detector as it works on still images.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Detector">The detector.</param>
/// <param name="HasFallback">Whether a fallback search follows where nothing is found.</param>
public sealed record SceneDetector(string Name, IFaceDetector Detector, bool HasFallback) : IDisposable
{
    /// <summary>Detects the faces of an image.</summary>
    public void Detect(Mat image, List<DetectedFace> faces)
    {
        Detector.Detect(image, faces);
        if (HasFallback && faces.Count == 0)
        {
            Detector.DetectFallback(image, faces);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Detector.Dispose();
}
