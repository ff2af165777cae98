using System.Globalization;
using Fer.Core.Typography;
using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>Writes captions that fit a width: a long one first shrinks, then is cut with an ellipsis.</summary>
/// <param name="canvas">The canvas to write on.</param>
internal sealed class CaptionPen(SKCanvas canvas) : IDisposable
{
    // Smaller text than this fraction of the requested size is hard to read.
    private const float MinShrink = 0.75f;

    private readonly Dictionary<bool, TextRuns> _runs = [];

    /// <summary>Writes one line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="x">The left end.</param>
    /// <param name="baseline">The baseline of the letters.</param>
    /// <param name="width">The available width in pixels.</param>
    /// <param name="size">The requested font size in pixels.</param>
    /// <param name="color">The color.</param>
    /// <param name="bold">Bold or regular.</param>
    public void Write(string text, float x, float baseline, float width, float size, SKColor color, bool bold = false) =>
        Write("", text, "", x, baseline, width, size, color, bold, SKTextAlign.Left);

    /// <summary>Writes one line centered at <paramref name="middle"/>; only the text is cut, not its beginning and end.</summary>
    public void WriteCentered(string text, float middle, float baseline, float width, float size, SKColor color, bool bold = false, string end = "", string beginning = "") =>
        Write(beginning, text, end, middle, baseline, width, size, color, bold, SKTextAlign.Center);

    public void Dispose()
    {
        foreach (var runs in _runs.Values)
        {
            runs.Dispose();
        }
    }

    private void Write(string beginning, string text, string end, float x, float baseline, float width, float size, SKColor color, bool bold, SKTextAlign align)
    {
        var runs = Runs(bold);
        var fittedSize = size * Math.Clamp(width / Math.Max(1, Measure(beginning + text + end, runs, size)), MinShrink, 1);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        var fitted = Fit(text, runs, fittedSize, width - Measure(beginning, runs, fittedSize) - Measure(end, runs, fittedSize));
        var line = runs.Of(beginning + fitted + end);
        var left = align == SKTextAlign.Center ? x - ShapedText.Measure(line, fittedSize) / 2 : x;
        ShapedText.Draw(canvas, line, left, baseline, fittedSize, paint);
    }

    /// <summary>The text, or the part of it that fits before an ellipsis.</summary>
    private static string Fit(string text, TextRuns runs, float size, float width)
    {
        if (Measure(text, runs, size) <= width + 1)
        {
            return text;
        }

        var elements = StringInfo.ParseCombiningCharacters(text);
        var length = elements.Length - 1;
        while (length > 1 && Measure(Cut(length), runs, size) > width)
        {
            length--;
        }

        return Cut(length);

        string Cut(int characters) => text[..elements[characters]].TrimEnd() + "…";
    }

    private static float Measure(string text, TextRuns runs, float size) => ShapedText.Measure(runs.Of(text), size);

    private TextRuns Runs(bool bold)
    {
        if (!_runs.TryGetValue(bold, out var runs))
        {
            runs = _runs[bold] = new TextRuns(ChartFont.Family, bold ? SKFontStyle.Bold : SKFontStyle.Normal);
        }

        return runs;
    }
}
