using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>Finds faces. Called from one thread.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>Searches the whole picture.</summary>
    /// <param name="picture">8 bits a channel, grey or BGR.</param>
    /// <param name="faces">Is emptied and receives the boxes, in pixels, inside the picture.</param>
    void Detect(Mat picture, List<Rect> faces);

    /// <summary>Searches only around places where faces are expected, at about their size, which costs far less.</summary>
    /// <param name="picture">8 bits a channel, grey or BGR.</param>
    /// <param name="expected">The boxes to look around.</param>
    /// <param name="faces">Is emptied and receives the boxes, in pixels, inside the picture; a face may come twice.</param>
    void DetectNear(Mat picture, IReadOnlyList<Rect> expected, List<Rect> faces) => Detect(picture, faces);
}
