using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>How a face looks in a scene: its light, skin tone and sharpness, and what covers it.</summary>
/// <param name="Gain">Brightness as a multiple of the crop's.</param>
/// <param name="Slope">Light from the right, or if negative from the left, as a share of the brightness.</param>
/// <param name="Blue">Blue as a share of red.</param>
/// <param name="Green">Green as a share of red.</param>
/// <param name="Blur">Standard deviation of an additional blur, in pixels of the crop.</param>
/// <param name="Covered">The covered part: 0 none, 1 the mouth, 2 the left, 3 the forehead.</param>
/// <param name="CoverLevel">Gray level of what covers it.</param>
internal sealed record FaceLook(double Gain, double Slope, double Blue, double Green, double Blur, int Covered, int CoverLevel)
{
    // Most faces are as sharp as their crop.
    private const double BlurredShare = 0.15;

    /// <summary>A random look.</summary>
    public static FaceLook Draw(double occludedShare, ref CounterRandom random) => new(
        random.NextDouble(0.75, 1.15),
        random.NextDouble(-0.25, 0.25),
        random.NextDouble(0.62, 0.85),
        random.NextDouble(0.78, 0.92),
        random.NextDouble() < BlurredShare ? random.NextDouble(0.5, 1.2) : 0,
        random.NextDouble() < occludedShare ? 1 + random.Next(3) : 0,
        20 + random.Next(160));

    /// <summary>The skin's color at a gray level, BGR.</summary>
    public Vec3b Color(double gray) => new(Level(gray * Blue), Level(gray * Green), Level(gray));

    /// <summary>Brightness, light from one side, and the skin tone.</summary>
    /// <returns>BGR.</returns>
    public Mat Light(Mat crop)
    {
        var lit = new Mat(crop.Size(), MatType.CV_8UC3);
        var (width, height) = (crop.Width, crop.Height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                lit.Set(y, x, Color(crop.At<byte>(y, x) * Gain * (1 + Slope * (2.0 * x / width - 1))));
            }
        }

        return lit;
    }

    /// <summary>A hand, a scarf or a cap in front of a part of the face.</summary>
    public void Cover(Mat lit, Rect face)
    {
        var (center, axes) = Covered switch
        {
            1 => (new Point2f(face.X + face.Width / 2f, face.Bottom), new Size2f(1.3f * face.Width, 0.8f * face.Height)),
            2 => (new Point2f(face.X, face.Y + face.Height / 2f), new Size2f(0.6f * face.Width, 1.2f * face.Height)),
            3 => (new Point2f(face.X + face.Width / 2f, face.Y), new Size2f(1.3f * face.Width, 0.6f * face.Height)),
            _ => default,
        };
        if (Covered > 0)
        {
            var color = Color(CoverLevel);
            Cv2.Ellipse(lit, new RotatedRect(center, axes, 0), new Scalar(color.Item0, color.Item1, color.Item2), -1, LineTypes.AntiAlias);
        }
    }

    private static byte Level(double value) => (byte)Math.Clamp(value, 0, 255);
}
