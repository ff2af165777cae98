using Fer.Core.Typography;
using ScottPlot;
using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>Where a name stands relative to its place; vertically it is centered.</summary>
internal enum NameAlignment
{
    Left,
    Center,
    Right,
}

/// <summary>A name on a chart; lengths are in units of two pixels.</summary>
/// <param name="Text">In any script.</param>
/// <param name="X">In coordinates of the chart.</param>
/// <param name="Y">In coordinates of the chart.</param>
internal sealed record ChartName(string Text, double X, double Y)
{
    public NameAlignment Alignment { get; init; } = NameAlignment.Center;

    public float OffsetX { get; init; }

    public float OffsetY { get; init; }

    /// <summary>Degrees clockwise.</summary>
    public float Rotation { get; init; }

    public float Size { get; init; } = 13;

    public Color Color { get; init; } = ChartStyle.Muted;

    /// <summary>The color of a small area before the name; null for none.</summary>
    public Color? Swatch { get; init; }

    /// <summary>Whether what lies outside the data area is cut off.</summary>
    public bool IsInside { get; init; }
}

/// <summary>The names on a chart. ScottPlot draws a text in one font, but labels of several scripts may need several.</summary>
internal sealed class ChartNames : IDisposable
{
    // Of a legend, in units of two pixels.
    private const float SwatchWidth = 20, SwatchHeight = 9, RowHeight = 22, Distance = 22, Gap = 6, LegendSize = 13;

    private readonly TextRuns _runs = new(ChartFont.Family, SKFontStyle.Normal);
    private readonly List<ChartName> _names = [];

    public void Add(ChartName name) => _names.Add(name);

    /// <summary>Adds a legend above the data, in as many rows as it needs.</summary>
    /// <param name="plot">The chart, with its limits.</param>
    /// <param name="items">What each color means.</param>
    /// <param name="width">The width of a row in units of two pixels.</param>
    public void AddLegend(Plot plot, IReadOnlyList<(string Name, Color Color)> items, float width)
    {
        var corner = plot.Axes.GetLimits();
        var (x, rows) = (0f, 1);
        var places = new List<(float X, int Row)>();
        foreach (var (name, _) in items)
        {
            var length = SwatchWidth + Gap + Measure(name, LegendSize);
            (x, rows) = x > 0 && x + length > width ? (0, rows + 1) : (x, rows);
            places.Add((x, rows - 1));
            x += length + Distance;
        }

        plot.Axes.Top.MinimumSize = rows * RowHeight + Gap;
        foreach (var ((name, color), place) in items.Zip(places))
        {
            _names.Add(new ChartName(name, corner.Left, corner.Top)
            {
                Alignment = NameAlignment.Left,
                OffsetX = place.X + SwatchWidth + Gap,
                OffsetY = -Gap - (rows - place.Row - 0.5f) * RowHeight,
                Size = LegendSize,
                Color = ChartStyle.Ink,
                Swatch = color,
            });
        }
    }

    /// <summary>The width of a text in units of two pixels.</summary>
    public float Measure(string text, float size) => ShapedText.Measure(_runs.Of(text), size);

    /// <summary>Draws all names on a chart that has been rendered.</summary>
    /// <param name="canvas">In units of two pixels.</param>
    /// <param name="plot">The chart.</param>
    public void Draw(SKCanvas canvas, Plot plot)
    {
        var area = plot.RenderManager.LastRender.DataRect;
        foreach (var name in _names)
        {
            using var restored = new SKAutoCanvasRestore(canvas);
            if (name.IsInside)
            {
                canvas.ClipRect(area.ToSKRect());
            }

            canvas.Translate(plot.Axes.Bottom.GetPixel(name.X, area) + name.OffsetX, plot.Axes.Left.GetPixel(name.Y, area) + name.OffsetY);
            canvas.RotateDegrees(name.Rotation);
            Draw(canvas, name);
        }
    }

    public void Dispose() => _runs.Dispose();

    private void Draw(SKCanvas canvas, ChartName name)
    {
        var runs = _runs.Of(name.Text);
        var width = ShapedText.Measure(runs, name.Size);
        var left = name.Alignment switch
        {
            NameAlignment.Left => 0,
            NameAlignment.Right => -width,
            _ => -width / 2,
        };
        using var paint = new SKPaint { IsAntialias = true };
        if (name.Swatch is { } swatch)
        {
            paint.Color = swatch.ToSKColor();
            canvas.DrawRect(-SwatchWidth - Gap, -SwatchHeight / 2, SwatchWidth, SwatchHeight, paint);
        }

        paint.Color = name.Color.ToSKColor();
        ShapedText.Draw(canvas, runs, left, name.Size * _runs.CapitalHeight / 2, name.Size, paint);
    }
}
