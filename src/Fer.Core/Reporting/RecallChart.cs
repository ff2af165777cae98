using ScottPlot;

namespace Fer.Core.Reporting;

/// <summary>The recall of a detector in bins of one property.</summary>
/// <param name="Name">The detector.</param>
/// <param name="Labels">The bins.</param>
/// <param name="Values">Recall from 0 to 1; NaN for a bin without faces.</param>
public sealed record RecallCurve(string Name, IReadOnlyList<string> Labels, IReadOnlyList<double> Values);

/// <summary>Recall by roll and by size.</summary>
/// <param name="ByRoll">A curve per detector.</param>
/// <param name="BySize">A curve per detector.</param>
public sealed record RecallCurves(IReadOnlyList<RecallCurve> ByRoll, IReadOnlyList<RecallCurve> BySize);

/// <summary>Recall by roll and, to the right of it, by face size: a curve per detector.</summary>
public static class RecallChart
{
    private const int Width = 900, Height = 460;

    // Okabe and Ito's colors, which color-blind people can distinguish.
    private static readonly string[] Colors = ["#6E7781", "#0072B2", "#009E73", "#D55E00", "#CC79A7"];

    /// <summary>Writes the chart as a PNG.</summary>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public static void Save(string path, RecallCurves curves)
    {
        var plot = ChartStyle.NewPlot("Recall by roll (degrees) and by face size (pixels)");
        var bins = curves.ByRoll[0].Labels.Count;
        string[] labels = [.. curves.ByRoll[0].Labels.Select(label => $"{label}°"), "", .. curves.BySize[0].Labels];
        for (var i = 0; i < curves.ByRoll.Count; i++)
        {
            var color = Color.FromHex(Colors[i % Colors.Length]);
            Draw(plot, curves.ByRoll[i], 0, color).LegendText = curves.ByRoll[i].Name;
            Draw(plot, curves.BySize[i], bins + 1, color);
        }

        plot.Axes.SetLimits(-0.5, labels.Length - 0.5, 0, 1.02);
        plot.Axes.Bottom.TickGenerator = ChartStyle.Ticks(Enumerable.Range(0, labels.Length).Select(bin => (double)bin), bin => labels[(int)bin]);
        plot.Axes.Left.TickGenerator = ChartStyle.Ticks([0, 0.2, 0.4, 0.6, 0.8, 1], value => $"{100 * value:0}%");
        ChartStyle.LegendAbove(plot);
        ChartStyle.Save(plot, path, Width, Height);
    }

    private static ScottPlot.Plottables.Scatter Draw(Plot plot, RecallCurve curve, int start, Color color)
    {
        int[] known = [.. Enumerable.Range(0, curve.Values.Count).Where(bin => !double.IsNaN(curve.Values[bin]))];
        var line = plot.Add.Scatter(Array.ConvertAll(known, bin => (double)(start + bin)), Array.ConvertAll(known, bin => curve.Values[bin]), color);
        line.LineWidth = 2.4f;
        line.MarkerSize = 7;
        return line;
    }
}
