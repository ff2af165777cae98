using Fer.Core.Data;
using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Detection.Cropping;

/// <summary>Cuts faces out of single images, with the boxes and the upright turning of detection.</summary>
/// <param name="detector">The face detector; the caller disposes of it.</param>
/// <param name="largestOnly">Whether only the largest face of an image counts.</param>
public sealed class FaceCropper(IFaceDetector detector, bool largestOnly)
{
    private readonly List<DetectedFace> _faces = [];

    /// <summary>The faces of an image, the largest first, with their boxes within the image.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    public IReadOnlyList<DetectedFace> Find(Mat image)
    {
        detector.Detect(image, _faces);
        if (_faces.Count == 0)
        {
            detector.DetectFallback(image, _faces);
        }

        var bounds = new Rect(0, 0, image.Width, image.Height);
        var found = _faces
            .Select(face => face with { Box = face.Box & bounds })
            .Where(face => face.Box is { Width: > 0, Height: > 0 })
            .OrderByDescending(face => FaceBoxes.Area(face.Box));
        return [.. largestOnly ? found.Take(1) : found];
    }

    /// <summary>A face as the network will see it, at the resolution of the image; owned by the caller.</summary>
    public static Mat Cut(Mat image, DetectedFace face) => FacePreprocessor.CropUnscaled(image, face.Box, face.Roll);
}
