using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>
/// Antialiased text as coverage masks, cached because the same few words appear in every frame. ASCII is drawn without a
/// font file in OpenCV's Hershey font, rendered at a larger size and reduced; other scripts in the fonts of the system.
/// </summary>
internal sealed class GlyphCache : IDisposable
{
    private const HersheyFonts Font = HersheyFonts.HersheySimplex;

    // The height of a capital letter at scale 1, and how much larger the text is rendered.
    private const double CapitalHeight = 21;
    private const int Oversampling = 4, MaxMasks = 1024;

    private readonly Dictionary<(string Text, int Height), Mat> _masks = [];
    private TextRenderer? _renderer;

    /// <summary>The coverage mask of a text, 0..255: capital letters of the given height, with a margin of half of it on all sides for descenders.</summary>
    public Mat this[string text, int height]
    {
        get
        {
            if (_masks.TryGetValue((text, height), out var known))
            {
                return known;
            }

            if (_masks.Count >= MaxMasks)
            {
                Clear();
            }

            return _masks[(text, height)] = IsAscii(text) ? Render(text, height) : RenderScript(text, height);
        }
    }

    /// <summary>The margin around the capital letters of a mask.</summary>
    public static int Margin(int height) => (height + 1) / 2;

    /// <summary>Blends a color into a BGR image by a coverage mask, clipped to the image.</summary>
    public static unsafe void Blend(Mat image, Mat mask, int left, int top, Scalar color)
    {
        var blue = (int)color.Val0;
        var green = (int)color.Val1;
        var red = (int)color.Val2;
        var from = Math.Max(0, -left);
        var to = Math.Min(mask.Width, image.Width - left);
        var bottom = Math.Min(mask.Height, image.Height - top);
        for (var y = Math.Max(0, -top); y < bottom; y++)
        {
            var coverage = (byte*)mask.Ptr(y);
            var pixels = (byte*)image.Ptr(y + top) + 3 * (left + from);
            for (var x = from; x < to; x++, pixels += 3)
            {
                var alpha = coverage[x];
                if (alpha != 0)
                {
                    pixels[0] += (byte)((blue - pixels[0]) * alpha / 255);
                    pixels[1] += (byte)((green - pixels[1]) * alpha / 255);
                    pixels[2] += (byte)((red - pixels[2]) * alpha / 255);
                }
            }
        }
    }

    public void Dispose()
    {
        Clear();
        _renderer?.Dispose();
    }

    private static bool IsAscii(string text) => text.All(letter => letter is >= ' ' and <= '~');

    private Mat RenderScript(string text, int height)
    {
        _renderer ??= new TextRenderer();
        return _renderer.Render(text, height, Margin(height)) ?? Render(text, height);
    }

    private static Mat Render(string text, int height)
    {
        // The font has only ASCII characters; other ones arrive here on a system without fonts.
        var printable = string.Concat(text.Select(letter => letter is >= ' ' and <= '~' ? letter : '?'));
        var scale = height * Oversampling / CapitalHeight;
        var stroke = Math.Max(1, (int)Math.Round(height * Oversampling * 0.13));
        var margin = Margin(height) * Oversampling;
        var width = Cv2.GetTextSize(printable, Font, scale, stroke, out _).Width;
        using var large = new Mat((height * Oversampling) + 2 * margin, RoundUp(width + 2 * margin), MatType.CV_8UC1, Scalar.Black);
        Cv2.PutText(large, printable, new Point(margin, margin + height * Oversampling), Font, scale, Scalar.White, stroke, LineTypes.AntiAlias);
        var mask = new Mat();
        Cv2.Resize(large, mask, new Size(large.Width / Oversampling, large.Height / Oversampling), 0, 0, InterpolationFlags.Area);
        return mask;
    }

    private static int RoundUp(int width) => (width + Oversampling - 1) / Oversampling * Oversampling;

    private void Clear()
    {
        foreach (var mask in _masks.Values)
        {
            mask.Dispose();
        }

        _masks.Clear();
    }
}
