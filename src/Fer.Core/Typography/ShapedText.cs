using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Fer.Core.Typography;

/// <summary>A line of text in one or more fonts; HarfBuzz shapes and orders the characters of each run.</summary>
internal static class ShapedText
{
    /// <summary>The width of a line in pixels.</summary>
    public static float Measure(IReadOnlyList<TextRun> runs, float size) => runs.Sum(run => Measure(run, size));

    /// <summary>Draws a line from its left end.</summary>
    public static void Draw(SKCanvas canvas, IReadOnlyList<TextRun> runs, float x, float baseline, float size, SKPaint paint)
    {
        foreach (var run in runs)
        {
            using var font = new SKFont(run.Typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
            canvas.DrawShapedText(run.Shaper, run.Text, x, baseline, SKTextAlign.Left, font, paint);
            x += Measure(run, size);
        }
    }

    private static float Measure(TextRun run, float size)
    {
        using var font = new SKFont(run.Typeface, size) { Subpixel = true };
        return run.Shaper.Shape(run.Text, font).Width;
    }
}
