using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>
/// Continues a crop beyond its edge: hair, neck and background go on as they leave the crop, ever more blurred, and without
/// a second mouth or eye, which a mirrored border would add.
/// </summary>
internal static class CropSurroundings
{
    // Standard deviations of the blur in pixels; each level is reached at about its own distance from the crop.
    private static readonly double[] Levels = [0, 1.5, 3, 6];

    /// <summary>The crop with a border.</summary>
    /// <param name="crop">Grayscale, 8 bits.</param>
    /// <param name="border">Width of the border in pixels.</param>
    public static Mat Continue(Mat crop, int border)
    {
        var sharp = new Mat();
        Cv2.CopyMakeBorder(crop, sharp, border, border, border, border, BorderTypes.Replicate);
        var blurred = Array.ConvertAll(Levels, sigma => sigma > 0 ? sharp.GaussianBlur(default, sigma) : sharp.Clone());
        var inside = new Rect(border, border, crop.Width, crop.Height);
        var (width, height) = (sharp.Width, sharp.Height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var right = Math.Max(inside.X - x, x - inside.Right + 1);
                var down = Math.Max(inside.Y - y, y - inside.Bottom + 1);
                var distance = Math.Sqrt(Square(right) + Square(down));
                if (distance > 0)
                {
                    var level = Math.Min(Math.Log2(1 + distance / Levels[1]), Levels.Length - 1 - 1e-9);
                    var (low, high) = (blurred[(int)level].At<byte>(y, x), blurred[(int)level + 1].At<byte>(y, x));
                    sharp.Set(y, x, (byte)(low + (high - low) * (level - Math.Floor(level))));
                }
            }
        }

        Array.ForEach(blurred, image => image.Dispose());
        return sharp;

        static double Square(int outside) => outside > 0 ? (double)outside * outside : 0;
    }
}
