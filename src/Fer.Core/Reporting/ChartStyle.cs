using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Fer.Core.Reporting;

/// <summary>
/// The common style of all charts. Training is blue and validation vermilion everywhere, which color-blind people can
/// distinguish (Okabe and Ito 2008, "Color Universal Design").
/// </summary>
internal static class ChartStyle
{
    // Twice the pixels, so that text stays crisp on dense screens.
    public const int Scale = 2;

    public static Color Train { get; } = Color.FromHex("#0072B2");

    public static Color Validation { get; } = Color.FromHex("#D55E00");

    public static Color Ink { get; } = Color.FromHex("#24292F");

    public static Color Muted { get; } = Color.FromHex("#6E7781");

    public static Color Faint { get; } = Color.FromHex("#E6E9ED");

    public static LinePattern Dashes { get; } = new([5, 4], 0, "dashes");

    /// <summary>An empty chart with a title and a light grid, without frame and ticks.</summary>
    public static Plot NewPlot(string title)
    {
        var plot = new Plot { ScaleFactor = Scale };
        plot.Font.Set(ChartFont.Family);
        plot.Axes.Color(Muted);
        plot.Axes.Frame(false);
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Title.Label.FontSize = 17;
        Embolden(plot.Axes.Title.Label);
        plot.Axes.Title.Label.ForeColor = Ink;
        plot.Grid.MajorLineColor = Faint;
        plot.Grid.MajorLineWidth = 1;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
            axis.TickLabelStyle.FontSize = 13;
            axis.TickLabelStyle.ForeColor = Muted;
            axis.Label.FontSize = 14;
            axis.Label.Bold = false;
            axis.Label.ForeColor = Ink;
        }

        // Numbers are aligned by their ascent, which puts them slightly above their grid line.
        plot.Axes.Left.TickLabelStyle.OffsetY = 2;
        return plot;
    }

    /// <summary>A legend above the data, where it covers no line.</summary>
    public static void LegendAbove(Plot plot)
    {
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.Legend.FontSize = 13;
        plot.Legend.FontColor = Ink;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.Padding = plot.Legend.Margin = new PixelPadding(0);
        plot.Legend.InterItemPadding = new PixelPadding(0, 22, 0, 0);
        plot.ShowLegend(Edge.Top).Padding = new PixelPadding(0, 0, 10, 0);
    }

    /// <summary>Makes a text bold; once the plot's font is set, the property alone has no effect.</summary>
    public static void Embolden(LabelStyle text)
    {
        text.Bold = true;
        text.Font = Fonts.GetTypeface(text.FontName, bold: true, italic: false);
    }

    /// <summary>Tick labels at the given positions of an axis.</summary>
    public static NumericManual Ticks(IEnumerable<double> positions, Func<double, string> format)
    {
        double[] ticks = [.. positions];
        return new NumericManual(ticks, Array.ConvertAll(ticks, tick => format(tick)));
    }

    /// <summary>Draws the chart as a PNG; sizes are in units of two pixels.</summary>
    public static void Save(Plot plot, string path, int width, int height, ChartNames? names = null) => AtomicFile.Replace(path, temporary =>
    {
        using var surface = Surface(width * Scale, height * Scale);
        plot.Render(surface.Canvas, width * Scale, height * Scale);
        if (names is not null)
        {
            surface.Canvas.ResetMatrix();
            surface.Canvas.Scale(Scale);
            names.Draw(surface.Canvas, plot);
        }

        WritePng(surface, temporary);
    });

    /// <summary>A surface of the given size in pixels.</summary>
    /// <exception cref="FerException">It is too large.</exception>
    public static SKSurface Surface(int width, int height) => SKSurface.Create(new SKImageInfo(width, height))
        ?? throw new FerException($"an image of {width}x{height} pixels is too large: there are too many labels for this chart");

    /// <summary>Writes a surface as a PNG.</summary>
    public static void WritePng(SKSurface surface, string path)
    {
        using var image = surface.Snapshot();
        using var encoded = image.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        encoded.SaveTo(file);
    }
}
