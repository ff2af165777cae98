using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>Blends one face crop into a scene, on top of a person drawn there.</summary>
internal static class FacePatch
{
    // The crop continues by a third of its width on each side; it is opaque up to its edge, and gone after 1.4 half widths.
    private const double Padding = 1.0 / 3, FadeEnd = 1.4;

    // Exponent of the rounded square between circle (2) and square (infinity).
    private const double Roundness = 4;

    /// <summary>Blends the crop.</summary>
    /// <param name="scene">The image.</param>
    /// <param name="pixels">The crop, grayscale.</param>
    /// <param name="size">Its width.</param>
    /// <param name="face">Where it goes.</param>
    /// <param name="look">Light, skin tone, and what covers the face.</param>
    public static void Paste(Mat scene, ReadOnlySpan<byte> pixels, int size, SceneFace face, FaceLook look)
    {
        using var crop = Mat.FromPixelData(size, size, MatType.CV_8UC1, pixels.ToArray());
        var pad = (int)Math.Round(size * Padding);
        using var padded = CropSurroundings.Continue(crop, pad);
        Blur(padded, Math.Max(look.Blur, AntiAliasing((double)face.Box.Width / size)));
        using var lit = look.Light(padded);
        look.Cover(lit, new Rect(pad, pad, size, size));
        using var mask = Mask(padded.Width, size);
        using var placement = Placement(padded.Width, size, face);
        using var colors = new Mat();
        using var alpha = new Mat();
        Cv2.WarpAffine(lit, colors, placement, scene.Size(), InterpolationFlags.Linear, BorderTypes.Replicate);
        Cv2.WarpAffine(mask, alpha, placement, scene.Size(), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.Black);
        Blend(scene, colors, alpha);
    }

    /// <summary>From pixels of the padded crop to pixels of the scene: scaled, rotated clockwise, moved.</summary>
    private static Mat Placement(int padded, int size, SceneFace face)
    {
        var center = new Point2f((padded - 1) / 2f, (padded - 1) / 2f);
        var matrix = Cv2.GetRotationMatrix2D(center, -face.Roll, (double)face.Box.Width / size);
        matrix.Set(0, 2, matrix.At<double>(0, 2) + face.Box.X + (face.Box.Width - 1) / 2.0 - center.X);
        matrix.Set(1, 2, matrix.At<double>(1, 2) + face.Box.Y + (face.Box.Height - 1) / 2.0 - center.Y);
        return matrix;
    }

    /// <summary>Standard deviation of the blur that a reduction needs, in pixels of the crop.</summary>
    private static double AntiAliasing(double scale) => scale < 1 ? 0.4 / scale : 0;

    private static void Blur(Mat padded, double sigma)
    {
        if (sigma > 0)
        {
            Cv2.GaussianBlur(padded, padded, default, sigma);
        }
    }

    /// <summary>1 within a rounded square as large as the crop, then fading out.</summary>
    private static Mat Mask(int padded, int size)
    {
        var mask = new Mat(padded, padded, MatType.CV_32FC1);
        for (var y = 0; y < padded; y++)
        {
            for (var x = 0; x < padded; x++)
            {
                var (u, v) = ((2.0 * x - padded + 1) / size, (2.0 * y - padded + 1) / size);
                var radius = Math.Pow(Math.Pow(Math.Abs(u), Roundness) + Math.Pow(Math.Abs(v), Roundness), 1 / Roundness);
                mask.Set(y, x, (float)Math.Clamp((FadeEnd - radius) / (FadeEnd - 1), 0, 1));
            }
        }

        return mask;
    }

    private static void Blend(Mat scene, Mat colors, Mat alpha)
    {
        using var opacity = new Mat();
        Cv2.Merge([alpha, alpha, alpha], opacity);
        using var front = new Mat();
        using var back = new Mat();
        colors.ConvertTo(front, MatType.CV_32FC3);
        scene.ConvertTo(back, MatType.CV_32FC3);
        Cv2.Subtract(front, back, front);
        Cv2.Multiply(front, opacity, front);
        Cv2.Add(back, front, back);
        back.ConvertTo(scene, MatType.CV_8UC3);
    }
}
