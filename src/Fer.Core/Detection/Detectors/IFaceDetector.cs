using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Detects faces in an image. Called from one thread.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>Searches the whole image.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <param name="faces">Cleared, then filled with bounding boxes in pixels, within the image.</param>
    void Detect(Mat image, List<Rect> faces);

    /// <summary>Searches only around expected faces, at about their size, which is much faster.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <param name="expected">The boxes to search around.</param>
    /// <param name="faces">Cleared, then filled with bounding boxes in pixels, within the image; may contain a face twice.</param>
    void DetectNear(Mat image, IReadOnlyList<Rect> expected, List<Rect> faces) => Detect(image, faces);
}
