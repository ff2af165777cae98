using OpenCvSharp;

namespace Fer.Core.Detection.Tracking;

/// <summary>
/// Notices where a video cuts to another shot: the frame as a whole no longer resembles the one before, neither in its
/// layout nor in its colors. A flash changes the colors alone, motion in a still image the layout alone.
/// </summary>
internal sealed class SceneCut
{
    private const int Width = 32, Height = 18, Levels = 4;

    // The image is sampled before it is averaged, so that large ones cost no more.
    private const int Samples = 4;

    // Below this correlation of gray levels, and above this share of pixels that change their color, a frame belongs to another shot.
    private const double LeastCorrelation = 0.5, MostChanged = 0.3;

    private double[]? _layout, _colors;

    /// <summary>Looks at the next frame.</summary>
    /// <param name="image">8 bits per channel, gray or BGR.</param>
    /// <returns>Whether it begins another shot than the frame before.</returns>
    public bool IsCut(Mat image)
    {
        var (layout, colors) = Describe(image);
        var isCut = _layout is not null && _colors is not null && Correlation(layout, _layout) < LeastCorrelation && Changed(colors, _colors) > MostChanged;
        (_layout, _colors) = (layout, colors);
        return isCut;
    }

    /// <summary>Forgets the frame before: the next one begins another video.</summary>
    public void Reset() => (_layout, _colors) = (null, null);

    /// <summary>Gray levels without their mean, and the share of pixels of each color.</summary>
    private static (double[] Layout, double[] Colors) Describe(Mat image)
    {
        using var sampled = image.Resize(new Size(Width * Samples, Height * Samples), 0, 0, InterpolationFlags.Nearest);
        using var small = sampled.Resize(new Size(Width, Height), 0, 0, InterpolationFlags.Area);
        var channels = small.Channels();
        using var grayImage = channels == 1 ? small.Clone() : small.CvtColor(ColorConversionCodes.BGR2GRAY);
        var gray = grayImage.AsSpan<byte>();
        var layout = new double[gray.Length];
        var mean = Cv2.Mean(grayImage).Val0;
        for (var i = 0; i < layout.Length; i++)
        {
            layout[i] = gray[i] - mean;
        }

        var colors = new double[channels == 1 ? Levels : Levels * Levels * Levels];
        var pixels = small.AsSpan<byte>();
        for (var i = 0; i < layout.Length; i++)
        {
            var color = 0;
            for (var channel = 0; channel < channels; channel++)
            {
                color = color * Levels + pixels[i * channels + channel] * Levels / 256;
            }

            colors[color] += 1.0 / layout.Length;
        }

        return (layout, colors);
    }

    /// <summary>Pearson's correlation; 1 where a frame has one gray level only, which has no layout to compare.</summary>
    private static double Correlation(double[] one, double[] other)
    {
        double product = 0, first = 0, second = 0;
        for (var i = 0; i < one.Length; i++)
        {
            product += one[i] * other[i];
            first += one[i] * one[i];
            second += other[i] * other[i];
        }

        return first > 0 && second > 0 ? product / Math.Sqrt(first * second) : 1;
    }

    private static double Changed(double[] one, double[] other) =>
        one.Length == other.Length ? one.Zip(other, (first, second) => Math.Abs(first - second)).Sum() / 2 : 1;
}
