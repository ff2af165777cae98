using OpenCvSharp;

namespace Fer.Core.Detection.Overlay;

/// <summary>A copy of a frame to draw on, large enough for readable text. Text and lines scale with its size.</summary>
public sealed class Canvas : IDisposable
{
    // A smaller frame is enlarged, because no label would be readable on it.
    private const int MinHeight = 240, MinWidth = 240;

    // The limit for enlarging very narrow frames, which would otherwise exceed what image formats support.
    private const int MaxSide = 4096;

    // Squares on each side of a hidden face, and the part of its width that is hidden around it: detectors cut off the chin.
    private const int HiddenSquares = 6;
    private const double HiddenMargin = 0.15;

    private readonly GlyphCache _glyphs = new();
    private readonly Mat _color = new();

    /// <summary>The drawing, BGR.</summary>
    public Mat Image { get; } = new();

    /// <summary>The width of the drawing, cached because <see cref="Mat.Width"/> is a native call.</summary>
    internal int Width { get; private set; }

    /// <summary>The height of the drawing.</summary>
    internal int Height { get; private set; }

    /// <summary>Pixels of the drawing per pixel of the frame.</summary>
    internal double Scale { get; private set; } = 1;

    /// <summary>The height of capital letters in normal text, in pixels.</summary>
    internal int TextHeight { get; private set; }

    /// <summary>The width of normal lines, in pixels.</summary>
    internal int Stroke { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _glyphs.Dispose();
        _color.Dispose();
        Image.Dispose();
    }

    /// <summary>Starts a new drawing on a copy of an image.</summary>
    internal void Begin(Mat image)
    {
        var bgr = image;
        if (image.Channels() == 1)
        {
            Cv2.CvtColor(image, _color, ColorConversionCodes.GRAY2BGR);
            bgr = _color;
        }

        var scale = Math.Ceiling(Math.Max((double)MinHeight / bgr.Height, (double)MinWidth / bgr.Width));
        Scale = Math.Max(1, Math.Min(scale, MaxSide / Math.Max(bgr.Height, bgr.Width)));
        if (Scale > 1)
        {
            Cv2.Resize(bgr, Image, new Size(), Scale, Scale, InterpolationFlags.Linear);
        }
        else
        {
            bgr.CopyTo(Image);
        }

        (Width, Height) = (Image.Width, Image.Height);
        var shortSide = Math.Min(Height, Width * 0.75);
        TextHeight = Math.Max(9, (int)Math.Round(shortSide / 40));
        Stroke = Math.Max(1, (int)Math.Round(shortSide / 240));
    }

    /// <summary>Starts a new drawing on a copy of another canvas.</summary>
    internal void CopyFrom(Canvas other)
    {
        other.Image.CopyTo(Image);
        (Width, Height, Scale, TextHeight, Stroke) = (other.Width, other.Height, other.Scale, other.TextHeight, other.Stroke);
    }

    /// <summary>The width of a line of text, without margins.</summary>
    internal int WidthOf(string text, int height) => _glyphs[text, height].Width - 2 * GlyphCache.Margin(height);

    /// <summary>Writes a line of text; the position is the upper left corner of its capital letters.</summary>
    internal void Write(string text, int left, int top, int height, Scalar color)
    {
        var margin = GlyphCache.Margin(height);
        GlyphCache.Blend(Image, _glyphs[text, height], left - margin, top - margin, color);
    }

    /// <summary>Fills a rectangle, clipped to the drawing.</summary>
    internal void Fill(Rect area, Scalar color) => Cv2.Rectangle(Image, area, color, -1);

    /// <summary>Darkens a rectangle, so that light text is readable on any background.</summary>
    internal void Shade(Rect area)
    {
        var visible = area & new Rect(0, 0, Width, Height);
        if (visible is { Width: > 0, Height: > 0 })
        {
            using var part = new Mat(Image, visible);
            part.ConvertTo(part, -1, 0.25, 10);
        }
    }

    /// <summary>
    /// Replaces a face and its surroundings by the means of a few squares, which no filter turns back into a face, and
    /// smooths the edges between them.
    /// </summary>
    internal void Hide(Rect box)
    {
        var margin = (int)(box.Width * HiddenMargin);
        var area = new Rect(box.X - margin, box.Y - margin, box.Width + 2 * margin, box.Height + 2 * margin) & new Rect(0, 0, Width, Height);
        if (area is { Width: > 0, Height: > 0 })
        {
            using var part = new Mat(Image, area);
            using var means = part.Resize(new Size(HiddenSquares, HiddenSquares), 0, 0, InterpolationFlags.Area);
            Cv2.Resize(means, part, area.Size, 0, 0, InterpolationFlags.Linear);
        }
    }

    /// <summary>Draws a rectangle with dark edges, so that it is visible on any background.</summary>
    internal void Outline(Rect box, Scalar color, int stroke)
    {
        Cv2.Rectangle(Image, box, Palette.Ink, stroke + 2 * Math.Max(1, stroke / 2));
        Cv2.Rectangle(Image, box, color, stroke);
    }
}
