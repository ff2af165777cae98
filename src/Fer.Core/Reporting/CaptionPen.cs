using System.Globalization;
using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>Writes lines that fit a width: a long one first shrinks, then ends in an ellipsis.</summary>
/// <param name="canvas">Where it writes.</param>
/// <param name="texts">All that it will write, for the choice of the font.</param>
internal sealed class CaptionPen(SKCanvas canvas, IEnumerable<string> texts) : IDisposable
{
    // Smaller text than this part of the wanted size is hard to read.
    private const float LeastShrink = 0.75f;

    private readonly string _family = ChartFont.For(texts);
    private readonly Dictionary<bool, SKTypeface> _typefaces = [];

    /// <summary>Writes one line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="x">Its left end.</param>
    /// <param name="baseline">Where its letters stand.</param>
    /// <param name="width">The room for it in pixels.</param>
    /// <param name="size">The wanted size in pixels.</param>
    /// <param name="color">Its color.</param>
    /// <param name="bold">Bold or regular.</param>
    public void Write(string text, float x, float baseline, float width, float size, SKColor color, bool bold = false) =>
        Write("", text, "", x, baseline, width, size, color, bold, SKTextAlign.Left);

    /// <summary>Writes one line around <paramref name="middle"/>; its beginning and end stay whole where the text is cut.</summary>
    public void WriteCenterd(string text, float middle, float baseline, float width, float size, SKColor color, bool bold = false, string end = "", string beginning = "") =>
        Write(beginning, text, end, middle, baseline, width, size, color, bold, SKTextAlign.Center);

    public void Dispose()
    {
        foreach (var typeface in _typefaces.Values)
        {
            typeface.Dispose();
        }
    }

    private void Write(string beginning, string text, string end, float x, float baseline, float width, float size, SKColor color, bool bold, SKTextAlign align)
    {
        using var font = new SKFont(Typeface(bold), size) { Edging = SKFontEdging.Antialias, Subpixel = true };
        font.Size = size * Math.Clamp(width / Math.Max(1, font.MeasureText(beginning + text + end)), LeastShrink, 1);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        var fitted = Fit(text, font, width - font.MeasureText(beginning) - font.MeasureText(end));
        canvas.DrawText(beginning + fitted + end, x, baseline, align, font, paint);
    }

    /// <summary>The text, or as much of its beginning as fits before an ellipsis.</summary>
    private static string Fit(string text, SKFont font, float width)
    {
        if (font.MeasureText(text) <= width + 1)
        {
            return text;
        }

        var elements = StringInfo.ParseCombiningCharacters(text);
        var length = elements.Length - 1;
        while (length > 1 && font.MeasureText(Cut(length)) > width)
        {
            length--;
        }

        return Cut(length);

        string Cut(int characters) => text[..elements[characters]].TrimEnd() + "…";
    }

    private SKTypeface Typeface(bool bold)
    {
        if (!_typefaces.TryGetValue(bold, out var typeface))
        {
            typeface = _typefaces[bold] = SKTypeface.FromFamilyName(_family, bold ? SKFontStyle.Bold : SKFontStyle.Normal);
        }

        return typeface;
    }
}
