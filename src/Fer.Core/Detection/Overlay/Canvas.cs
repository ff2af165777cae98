using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>A copy of a frame to draw on, large enough for text, with everything sized by its height.</summary>
public sealed class Canvas : IDisposable
{
    // Below this many lines a frame is enlarged, since no label is readable on it.
    private const int FewestLines = 240, FewestColumns = 240;

    // A strip of a few lines is not enlarged beyond this, which no image format could hold.
    private const int LargestSide = 4096;

    private readonly GlyphCache _stamps = new();
    private readonly Mat _color = new();

    /// <summary>The drawing, BGR.</summary>
    public Mat Image { get; } = new();

    /// <summary>The drawing's width; asking the image itself would be a native call.</summary>
    internal int Width { get; private set; }

    /// <summary>The drawing's height.</summary>
    internal int Height { get; private set; }

    /// <summary>Pixels of the drawing a pixel of the frame.</summary>
    internal double Scale { get; private set; } = 1;

    /// <summary>The height of capitals in ordinary text.</summary>
    internal int TextHeight { get; private set; }

    /// <summary>The width of ordinary lines.</summary>
    internal int Stroke { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stamps.Dispose();
        _color.Dispose();
        Image.Dispose();
    }

    /// <summary>Starts over with an image.</summary>
    internal void Begin(Mat image)
    {
        var bgr = image;
        if (image.Channels() == 1)
        {
            Cv2.CvtColor(image, _color, ColorConversionCodes.GRAY2BGR);
            bgr = _color;
        }

        var wanted = Math.Ceiling(Math.Max((double)FewestLines / bgr.Height, (double)FewestColumns / bgr.Width));
        Scale = Math.Max(1, Math.Min(wanted, LargestSide / Math.Max(bgr.Height, bgr.Width)));
        if (Scale > 1)
        {
            Cv2.Resize(bgr, Image, new Size(), Scale, Scale, InterpolationFlags.Linear);
        }
        else
        {
            bgr.CopyTo(Image);
        }

        (Width, Height) = (Image.Width, Image.Height);
        var lines = Math.Min(Height, Width * 0.75);
        TextHeight = Math.Max(9, (int)Math.Round(lines / 40));
        Stroke = Math.Max(1, (int)Math.Round(lines / 240));
    }

    /// <summary>Starts over with what another canvas shows.</summary>
    internal void CopyFrom(Canvas other)
    {
        other.Image.CopyTo(Image);
        (Width, Height, Scale, TextHeight, Stroke) = (other.Width, other.Height, other.Scale, other.TextHeight, other.Stroke);
    }

    /// <summary>The width of a line of text, without margins.</summary>
    internal int WidthOf(string text, int height) => _stamps[text, height].Width - 2 * GlyphCache.Margin(height);

    /// <summary>Writes a line whose capitals have their upper left corner at the given place.</summary>
    internal void Write(string text, int left, int top, int height, Scalar color)
    {
        var margin = GlyphCache.Margin(height);
        GlyphCache.Blend(Image, _stamps[text, height], left - margin, top - margin, color);
    }

    /// <summary>Fills a rectangle, as far as it lies on the drawing.</summary>
    internal void Fill(Rect area, Scalar color) => Cv2.Rectangle(Image, area, color, -1);

    /// <summary>Darkens a rectangle, so that light text is readable on whatever is below it.</summary>
    internal void Shade(Rect area)
    {
        var visible = area & new Rect(0, 0, Width, Height);
        if (visible is { Width: > 0, Height: > 0 })
        {
            using var part = new Mat(Image, visible);
            part.ConvertTo(part, -1, 0.25, 10);
        }
    }

    /// <summary>Draws the outline of a rectangle, with dark edges, so that it shows on any background.</summary>
    internal void Outline(Rect box, Scalar color, int stroke)
    {
        Cv2.Rectangle(Image, box, Palette.Ink, stroke + 2 * Math.Max(1, stroke / 2));
        Cv2.Rectangle(Image, box, color, stroke);
    }
}
