using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>Blends one face crop into a scene.</summary>
internal static class FacePatch
{
    // The crop continues by a sixth of its width on each side, mirrored, and fades out there.
    private const double Padding = 1.0 / 6, FadeEnd = 1.3;

    public static void Paste(Mat scene, ReadOnlySpan<byte> pixels, int size, SceneFace face, double occludedShare, ref CounterRandom random)
    {
        using var crop = Mat.FromPixelData(size, size, MatType.CV_8UC1, pixels.ToArray());
        using var padded = new Mat();
        var pad = (int)Math.Round(size * Padding);
        Cv2.CopyMakeBorder(crop, padded, pad, pad, pad, pad, BorderTypes.Reflect101);
        if (random.NextDouble() < occludedShare)
        {
            Occlude(padded, new Rect(pad, pad, size, size), ref random);
        }

        Blur(padded, (double)face.Box.Width / size, ref random);
        using var lit = Light(padded, ref random);
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

    /// <summary>Something that covers the mouth, one side or the forehead.</summary>
    private static void Occlude(Mat padded, Rect face, ref CounterRandom random)
    {
        var part = (int)(face.Width * random.NextDouble(0.2, 0.35));
        var area = random.Next(3) switch
        {
            0 => new Rect(0, face.Bottom - part, padded.Width, padded.Height - face.Bottom + part),
            1 => new Rect(0, 0, face.X + part, padded.Height),
            _ => new Rect(0, 0, padded.Width, face.Y + part),
        };
        Cv2.Rectangle(padded, area, Scalar.All(20 + random.Next(200)), -1);
    }

    /// <summary>Against aliasing where the face shrinks, and for a quarter of the faces as a lens out of focus.</summary>
    private static void Blur(Mat padded, double scale, ref CounterRandom random)
    {
        var sigma = scale < 1 ? 0.5 / scale : 0;
        sigma = random.NextDouble() < 0.25 ? Math.Max(sigma, random.NextDouble(0.5, 1.5)) : sigma;
        if (sigma > 0)
        {
            Cv2.GaussianBlur(padded, padded, default, sigma);
        }
    }

    /// <summary>Brightness, light from one side, and a skin tone.</summary>
    private static Mat Light(Mat padded, ref CounterRandom random)
    {
        var (gain, slope) = (random.NextDouble(0.55, 1.15), random.NextDouble(-0.35, 0.35));
        var tone = (Blue: random.NextDouble(0.7, 0.95), Green: random.NextDouble(0.8, 0.97));
        var lit = new Mat(padded.Size(), MatType.CV_8UC3);
        var (width, height) = (padded.Width, padded.Height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var gray = padded.At<byte>(y, x) * gain * (1 + slope * (2.0 * x / width - 1));
                lit.Set(y, x, new Vec3b(Byte(gray * tone.Blue), Byte(gray * tone.Green), Byte(gray)));
            }
        }

        return lit;

        static byte Byte(double value) => (byte)Math.Clamp(value, 0, 255);
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
                var radius = Math.Pow(Math.Pow(Math.Abs(u), 6) + Math.Pow(Math.Abs(v), 6), 1 / 6.0);
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
