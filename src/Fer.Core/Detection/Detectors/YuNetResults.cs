using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Converts the network's boxes to those of the emotion networks.</summary>
internal static class YuNetResults
{
    // The emotion networks are trained on square crops that end at the chin and above the brows. Measured on 1,000 composed
    // portraits: 69.1% of the emotions right, 67.6% with 0.9 and no shift, 70.6% with the true boxes.
    internal const double BoxScale = 0.85, Down = 0.036;

    /// <summary>
    /// Appends the faces in pixels of the image. The box is a square around the center of the network's box, as long as its
    /// longer side times <see cref="BoxScale"/>, moved down by <see cref="Down"/> of that side.
    /// </summary>
    /// <param name="results">The network's faces.</param>
    /// <param name="image">Size of the image.</param>
    /// <param name="area">What the network's input shows, in pixels of the image.</param>
    /// <param name="input">Size of the network's input.</param>
    /// <param name="faces">The faces are appended.</param>
    public static void Collect(IEnumerable<YuNetFace> results, Size image, Rect area, Size input, List<DetectedFace> faces)
    {
        var (x, y) = ((double)area.Width / input.Width, (double)area.Height / input.Height);
        foreach (var (box, points, score) in results)
        {
            var (left, top) = (area.X + box.X * x, area.Y + box.Y * y);
            var (width, height) = (box.Width * x, box.Height * y);
            var longer = Math.Max(width, height);
            var side = BoxScale * longer;
            var square = new Rect((int)(left + (width - side) / 2), (int)(top + (height - side) / 2 + Down * longer), (int)side, (int)side);
            if ((square & new Rect(0, 0, image.Width, image.Height)) is { Width: > 0, Height: > 0 } visible)
            {
                var landmarks = new FaceLandmarks(Map(points.RightEye), Map(points.LeftEye), Map(points.Nose), Map(points.RightMouth), Map(points.LeftMouth));
                faces.Add(new DetectedFace(visible, score, landmarks, landmarks.Roll));
            }
        }

        Point2f Map(Point2f point) => new((float)(area.X + point.X * x), (float)(area.Y + point.Y * y));
    }
}
