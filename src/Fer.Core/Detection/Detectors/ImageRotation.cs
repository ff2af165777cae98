using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>Turns heads of a given roll upright by rotating the whole image, onto a canvas large enough for all of it.</summary>
/// <param name="size">Size of the image.</param>
/// <param name="roll">Clockwise rotation of the heads in degrees.</param>
internal sealed class ImageRotation(Size size, double roll)
{
    private readonly double _cosine = Math.Cos(roll * Math.PI / 180), _sine = Math.Sin(roll * Math.PI / 180);

    private Size Canvas => new(
        (int)Math.Ceiling(size.Width * Math.Abs(_cosine) + size.Height * Math.Abs(_sine)),
        (int)Math.Ceiling(size.Width * Math.Abs(_sine) + size.Height * Math.Abs(_cosine)));

    /// <summary>Rotates the image; the corners of the canvas repeat its edge.</summary>
    /// <returns><paramref name="rotated"/>.</returns>
    public Mat Apply(Mat image, Mat rotated)
    {
        var center = new Point2f(size.Width / 2f, size.Height / 2f);
        using var matrix = Cv2.GetRotationMatrix2D(center, roll, 1);
        matrix.Set(0, 2, matrix.At<double>(0, 2) + Canvas.Width / 2.0 - center.X);
        matrix.Set(1, 2, matrix.At<double>(1, 2) + Canvas.Height / 2.0 - center.Y);
        Cv2.WarpAffine(image, rotated, matrix, Canvas, InterpolationFlags.Linear, BorderTypes.Replicate);
        return rotated;
    }

    /// <summary>The box of the same size around the same point of the image that was not rotated.</summary>
    public Rect Back(Rect box)
    {
        var x = box.X + box.Width / 2.0 - Canvas.Width / 2.0;
        var y = box.Y + box.Height / 2.0 - Canvas.Height / 2.0;
        var (left, top) = (_cosine * x - _sine * y + size.Width / 2.0, _sine * x + _cosine * y + size.Height / 2.0);
        return new Rect((int)Math.Round(left - box.Width / 2.0), (int)Math.Round(top - box.Height / 2.0), box.Width, box.Height);
    }
}
