using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Finds faces. Called from one thread.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>Searches the whole image.</summary>
    /// <param name="image">8 bits a channel, gray or BGR.</param>
    /// <param name="faces">Is emptied and receives the boxes, in pixels, inside the image.</param>
    void Detect(Mat image, List<Rect> faces);

    /// <summary>Searches only around places where faces are expected, at about their size, which costs far less.</summary>
    /// <param name="image">8 bits a channel, gray or BGR.</param>
    /// <param name="expected">The boxes to look around.</param>
    /// <param name="faces">Is emptied and receives the boxes, in pixels, inside the image; a face may come twice.</param>
    void DetectNear(Mat image, IReadOnlyList<Rect> expected, List<Rect> faces) => Detect(image, faces);
}
