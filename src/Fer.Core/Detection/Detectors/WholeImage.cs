using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>For images that are face crops already, as in datasets: the face is the whole image.</summary>
public sealed class WholeImage : IFaceDetector
{
    /// <inheritdoc/>
    public string Name => "none: each image is a face";

    /// <inheritdoc/>
    public void Detect(Mat image, List<DetectedFace> faces)
    {
        faces.Clear();
        faces.Add(new DetectedFace(new Rect(0, 0, image.Width, image.Height)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
