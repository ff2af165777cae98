using OpenCvSharp;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>Backgrounds with the statistics of photographs: noise whose octaves fall with frequency, light, edges and textures.</summary>
internal static class SceneBackground
{
    private const int Octaves = 7, MaxShapes = 14, Colorfulness = 18;

    public static Mat Draw(int width, int height, ref CounterRandom random)
    {
        var image = new Mat(height, width, MatType.CV_32FC3, Muted(60, 180, ref random));
        var roughness = random.NextDouble(0.5, 0.8);
        for (var (octave, cells, amplitude) = (0, 2, 45.0); octave < Octaves; octave++, cells *= 2, amplitude *= roughness)
        {
            AddNoise(image, cells, amplitude, ref random);
        }

        var shapes = random.Next(MaxShapes);
        for (var shape = 0; shape < shapes; shape++)
        {
            DrawShape(image, ref random);
        }

        AddNoise(image, Math.Max(width, height), random.NextDouble(1, 5), ref random);
        var photograph = new Mat();
        image.ConvertTo(photograph, MatType.CV_8UC3);
        image.Dispose();
        return photograph;
    }

    private static void AddNoise(Mat image, int cells, double amplitude, ref CounterRandom random)
    {
        var rows = Math.Max(2, cells * image.Height / image.Width);
        using var grid = new Mat(rows, cells, MatType.CV_32FC3);
        var color = random.NextDouble(0, 0.2);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < cells; x++)
            {
                var gray = random.NextDouble(-1, 1);
                grid.Set(y, x, new Vec3f(Channel(gray, ref random), Channel(gray, ref random), Channel(gray, ref random)));
            }
        }

        using var smooth = new Mat();
        Cv2.Resize(grid, smooth, image.Size(), 0, 0, InterpolationFlags.Cubic);
        Cv2.Add(image, smooth, image);

        float Channel(double gray, ref CounterRandom random) => (float)(amplitude * (gray + color * random.NextDouble(-1, 1)));
    }

    /// <summary>Furniture, windows, lamps, wires and stripes, with the sharp edges that noise lacks.</summary>
    private static void DrawShape(Mat image, ref CounterRandom random)
    {
        var color = Muted(20, 235, ref random);
        var at = new Point(random.Next(image.Width), random.Next(image.Height));
        var size = new Size(Between(10, image.Width / 3, ref random), Between(10, image.Height / 2, ref random));
        switch (random.Next(5))
        {
            case 0:
                Cv2.Rectangle(image, new Rect(at, size), color, -1, LineTypes.AntiAlias);
                break;
            case 1:
                Cv2.Rectangle(image, new Rect(at, size), color, Between(2, 9, ref random), LineTypes.AntiAlias);
                break;
            case 2:
                Cv2.Ellipse(image, at, new Size(size.Width / 3, size.Height / 3), random.Next(180), 0, 360, color, random.Next(2) == 0 ? -1 : Between(2, 7, ref random), LineTypes.AntiAlias);
                break;
            case 3:
                Cv2.Line(image, at, new Point(random.Next(image.Width), random.Next(image.Height)), color, Between(1, 7, ref random), LineTypes.AntiAlias);
                break;
            default:
                var step = Between(5, 30, ref random);
                var end = Math.Min(image.Width, at.X + size.Width);
                for (var x = at.X; x < end; x += step)
                {
                    Cv2.Line(image, new Point(x, at.Y), new Point(x, at.Y + size.Height), color, Math.Max(1, step / 3), LineTypes.AntiAlias);
                }

                break;
        }
    }

    /// <summary>A gray level with a little color, as most surfaces have.</summary>
    private static Scalar Muted(int low, int high, ref CounterRandom random)
    {
        var gray = Between(low, high, ref random);
        return new Scalar(gray + Between(-Colorfulness, Colorfulness, ref random), gray + Between(-Colorfulness, Colorfulness, ref random), gray + Between(-Colorfulness, Colorfulness, ref random));
    }

    /// <summary>Uniform in low..high-1.</summary>
    private static int Between(int low, int high, ref CounterRandom random) => low + random.Next(high - low);
}
