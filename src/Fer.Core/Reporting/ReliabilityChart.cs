using Fer.Core.Evaluation;
using ScottPlot;

namespace Fer.Core.Reporting;

/// <summary>
/// Accuracy against confidence (a reliability diagram, Guo et al. 2017): on the diagonal, 80 % sure is right 80 times
/// in 100; below it the network is surer than it should be.
/// </summary>
internal static class ReliabilityChart
{
    private const int Width = 600, Height = 620;

    // The bars at the foot of the chart take at most this part of its height.
    private const double BarHeight = 0.16;

    public static void Save(string path, Predictions predictions, double temperature)
    {
        var plot = ChartStyle.NewPlot("Reliability");
        var calibrated = Calibration.Reliability(predictions, temperature);
        Bars(plot, calibrated, predictions.Count);
        var ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.Color = ChartStyle.Muted;
        ideal.LineWidth = 1.2f;
        ideal.LinePattern = ChartStyle.Dashes;

        Curve(plot, Calibration.Reliability(predictions), ChartStyle.Train, $"as trained, error {100 * Calibration.ExpectedError(predictions):0.0} %");
        if (Math.Abs(temperature - 1) >= 0.005)
        {
            Curve(plot, calibrated, ChartStyle.Validation, $"at temperature {temperature:0.00}, error {100 * Calibration.ExpectedError(predictions, temperature):0.0} %");
        }

        var ticks = Enumerable.Range(0, 6).Select(fifth => fifth / 5.0).ToArray();
        plot.Axes.Bottom.TickGenerator = plot.Axes.Left.TickGenerator = ChartStyle.Ticks(ticks, tick => $"{100 * tick:0} %");
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        plot.XLabel("confidence");
        plot.YLabel("accuracy");
        ChartStyle.LegendAbove(plot);
        ChartStyle.Save(plot, path, Width, Height);
    }

    /// <summary>How many images each interval holds, for a dot of few images says little.</summary>
    private static void Bars(Plot plot, IReadOnlyList<ReliabilityBin> bins, int total)
    {
        var most = bins.MaxBy(bin => bin.Count)!;
        foreach (var bin in bins)
        {
            var interval = Math.Min(Calibration.BinCount - 1, (int)(bin.Confidence * Calibration.BinCount));
            var height = BarHeight * bin.Count / most.Count;
            var bar = plot.Add.Rectangle((interval + 0.08) / Calibration.BinCount, (interval + 0.92) / Calibration.BinCount, 0, height);
            bar.FillColor = ChartStyle.Faint;
            bar.LineWidth = 0;
            if (bin == most)
            {
                var text = plot.Add.Text($"{100.0 * bin.Count / total:0} % of images", (interval + 0.92) / Calibration.BinCount, height);
                text.LabelAlignment = Alignment.LowerRight;
                text.LabelFontSize = 11;
                text.LabelFontColor = ChartStyle.Muted;
            }
        }
    }

    private static void Curve(Plot plot, IReadOnlyList<ReliabilityBin> bins, Color color, string name)
    {
        var curve = plot.Add.Scatter(bins.Select(bin => bin.Confidence).ToArray(), bins.Select(bin => bin.Accuracy).ToArray(), color);
        curve.LegendText = name;
        curve.LineWidth = 2.4f;
        curve.MarkerSize = 7;
        curve.MarkerShape = MarkerShape.FilledCircle;
    }
}
