using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Converts the network's rows to faces.</summary>
internal static class YuNetResults
{
    // The emotion networks are trained on square crops that end at the chin and above the brows. Measured on 1,000 composed
    // portraits: 69.1% of the emotions right, 67.6% with 0.9 and no shift, 70.6% with the true boxes.
    internal const double BoxScale = 0.85, Down = 0.036;

    // Columns of a row.
    private const int Landmarks = 4, Score = 14;

    /// <summary>
    /// Appends the faces in pixels of the image. The box is a square around the center of the network's box, as long as its
    /// longer side times <see cref="BoxScale"/>, moved down by <see cref="Down"/> of that side.
    /// </summary>
    /// <param name="results"><c>[faces, 15]</c>, float32: left, top, width, height, five landmarks, score.</param>
    /// <param name="image">Size of the image.</param>
    /// <param name="area">What the network's input shows, in pixels of the image.</param>
    /// <param name="input">Size of the network's input.</param>
    /// <param name="faces">The faces are appended.</param>
    public static void Collect(Mat results, Size image, Rect area, Size input, List<DetectedFace> faces)
    {
        var (x, y) = ((double)area.Width / input.Width, (double)area.Height / input.Height);
        var rows = results.Rows;
        for (var row = 0; row < rows; row++)
        {
            var (left, top) = (area.X + results.At<float>(row, 0) * x, area.Y + results.At<float>(row, 1) * y);
            var (width, height) = (results.At<float>(row, 2) * x, results.At<float>(row, 3) * y);
            var longer = Math.Max(width, height);
            var side = BoxScale * longer;
            var square = new Rect((int)(left + (width - side) / 2), (int)(top + (height - side) / 2 + Down * longer), (int)side, (int)side);
            if ((square & new Rect(0, 0, image.Width, image.Height)) is { Width: > 0, Height: > 0 } visible)
            {
                var landmarks = new FaceLandmarks(Point(0), Point(1), Point(2), Point(3), Point(4));
                faces.Add(new DetectedFace(visible, Math.Clamp(results.At<float>(row, Score), 0, 1), landmarks, landmarks.Roll));
            }

            Point2f Point(int index) => new(
                (float)(area.X + results.At<float>(row, Landmarks + 2 * index) * x),
                (float)(area.Y + results.At<float>(row, Landmarks + 2 * index + 1) * y));
        }
    }
}
