using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Detects faces in an image. Called from one thread.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Searches the whole image.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <param name="faces">Cleared, then filled with the faces.</param>
    void Detect(Mat image, List<DetectedFace> faces);

    /// <summary>Searches only around expected faces, at about their size, which is much faster.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <param name="expected">The boxes to search around, and the roll to search at.</param>
    /// <param name="faces">Cleared, then filled with the faces; may contain a face twice.</param>
    /// <returns>Whether the whole image was searched nevertheless, for example because an expected face was not found.</returns>
    bool DetectNear(Mat image, IReadOnlyList<DetectedFace> expected, List<DetectedFace> faces)
    {
        Detect(image, faces);
        return true;
    }

    /// <summary>
    /// A second, slower search of the whole image, for images in which <see cref="Detect"/> finds nothing: for rotated and
    /// for smaller faces. A detector that gains nothing by it finds nothing.
    /// </summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <param name="faces">Cleared, then filled with the faces.</param>
    void DetectFallback(Mat image, List<DetectedFace> faces) => faces.Clear();
}
