using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>
/// The person around a face crop: shoulders, neck, and the outline of the hair. Detectors that learned from photographs
/// use them: they find small faces by their surroundings.
/// </summary>
internal static class ScenePerson
{
    // Rows at the top of a crop that show hair or the forehead in its shadow.
    private const int HairRows = 4;

    /// <summary>Draws shoulders and body, upright below the face.</summary>
    /// <param name="scene">The image.</param>
    /// <param name="face">Where the face goes.</param>
    /// <param name="random">Build and clothes.</param>
    public static void DrawBody(Mat scene, SceneFace face, ref CounterRandom random)
    {
        double side = face.Box.Width;
        var center = CenterOf(face.Box);
        var chest = new Point2d(center.X + side * random.NextDouble(-0.15, 0.15), center.Y + side * random.NextDouble(1.5, 1.75));
        var clothes = new Scalar(random.NextDouble(20, 200), random.NextDouble(20, 200), random.NextDouble(20, 200));
        Fill(scene, chest, new Size2d(side * random.NextDouble(2.4, 3), side * random.NextDouble(1.6, 2)), 0, clothes);
        // Below the shoulders the body goes on to the edge of the image.
        var width = side * random.NextDouble(1.9, 2.3);
        Cv2.Rectangle(scene, new Rect((int)(chest.X - width / 2), (int)chest.Y, (int)width, scene.Height), clothes, -1);
    }

    /// <summary>Draws neck and head; the face covers the middle of the head.</summary>
    /// <param name="scene">The image.</param>
    /// <param name="crop">The crop, grayscale, row-major.</param>
    /// <param name="face">Where its face goes.</param>
    /// <param name="look">Skin tone and light.</param>
    /// <param name="random">The size of the head.</param>
    public static void DrawHead(Mat scene, ReadOnlySpan<byte> crop, SceneFace face, FaceLook look, ref CounterRandom random)
    {
        double side = face.Box.Width;
        var center = CenterOf(face.Box);
        var skin = look.Color(look.Gain * Mean(crop[(crop.Length / 2)..]) * 0.85);
        var neck = Turn(new Point2d(0, 0.62 * side), face.Roll);
        Cv2.Line(scene, Round(center), Round(center + neck), new Scalar(skin.Item0, skin.Item1, skin.Item2), Math.Max(1, (int)(0.5 * side)), LineTypes.AntiAlias);
        Fill(scene, center + neck, new Size2d(0.55 * side, 0.5 * side), face.Roll, new Scalar(skin.Item0, skin.Item1, skin.Item2));

        var hair = look.Color(Math.Min(90, look.Gain * Mean(crop[..(HairRows * (int)Math.Sqrt(crop.Length))])));
        var head = new Size2d(side * random.NextDouble(1.05, 1.25), side * random.NextDouble(1.3, 1.5));
        Fill(scene, center + Turn(new Point2d(0, -0.12 * side), face.Roll), head, face.Roll, new Scalar(hair.Item0, hair.Item1, hair.Item2));
    }

    private static Point2d CenterOf(Rect box) => new(box.X + box.Width / 2.0, box.Y + box.Height / 2.0);

    private static double Mean(ReadOnlySpan<byte> pixels)
    {
        var sum = 0.0;
        foreach (var pixel in pixels)
        {
            sum += pixel;
        }

        return sum / pixels.Length;
    }

    private static void Fill(Mat scene, Point2d center, Size2d size, double roll, Scalar color) =>
        Cv2.Ellipse(scene, new RotatedRect(new Point2f((float)center.X, (float)center.Y), new Size2f((float)size.Width, (float)size.Height), (float)roll), color, -1, LineTypes.AntiAlias);

    private static Point2d Turn(Point2d point, double roll)
    {
        var (sine, cosine) = Math.SinCos(roll * Math.PI / 180);
        return new Point2d(cosine * point.X - sine * point.Y, sine * point.X + cosine * point.Y);
    }

    private static Point Round(Point2d point) => new((int)Math.Round(point.X), (int)Math.Round(point.Y));
}
