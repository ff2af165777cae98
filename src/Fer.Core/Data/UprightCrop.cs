using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>Turns a rotated face upright within its crop, at the resolution of the image.</summary>
internal static class UprightCrop
{
    /// <summary>The part of the image that a box of any rotation around the same center covers.</summary>
    public static Rect Surrounding(Mat image, Rect box)
    {
        var x = (int)(box.Width * (Math.Sqrt(2) - 1) / 2) + 1;
        var y = (int)(box.Height * (Math.Sqrt(2) - 1) / 2) + 1;
        return new Rect(box.X - x, box.Y - y, box.Width + 2 * x, box.Height + 2 * y) & new Rect(0, 0, image.Width, image.Height);
    }

    /// <summary>Rotates a box around its center. What lies outside the image repeats its edge.</summary>
    /// <param name="gray">The pixels of <paramref name="surrounding"/>.</param>
    /// <param name="surrounding">From <see cref="Surrounding"/>.</param>
    /// <param name="box">The bounding box in pixels of the image.</param>
    /// <param name="roll">Clockwise rotation of the face in degrees.</param>
    /// <param name="upright">Receives the crop, as large as the box.</param>
    /// <returns><paramref name="upright"/>.</returns>
    public static Mat Rotate(Mat gray, Rect surrounding, Rect box, double roll, Mat upright)
    {
        // OpenCV counts from the center of the first pixel.
        var center = new Point2f(box.X - surrounding.X + (box.Width - 1) / 2f, box.Y - surrounding.Y + (box.Height - 1) / 2f);
        using var rotation = Cv2.GetRotationMatrix2D(center, roll, 1);
        rotation.Set(0, 2, rotation.At<double>(0, 2) + (box.Width - 1) / 2.0 - center.X);
        rotation.Set(1, 2, rotation.At<double>(1, 2) + (box.Height - 1) / 2.0 - center.Y);
        Cv2.WarpAffine(gray, upright, rotation, box.Size, InterpolationFlags.Linear, BorderTypes.Replicate);
        return upright;
    }
}
