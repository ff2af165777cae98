using Fer.Core.Evaluation;
using ScottPlot;

namespace Fer.Core.Reporting;

/// <summary>
/// A reliability diagram, accuracy over confidence (Guo et al. 2017): on the diagonal, confidence equals
/// accuracy; below it the network is overconfident.
/// </summary>
internal static class ReliabilityChart
{
    private const int Width = 600, Height = 620;

    // The accuracy of fewer images is mostly chance, which would look like miscalibration.
    private const int MinImages = 5;

    // Maximum height of the bars at the bottom, as a fraction of the chart's height.
    private const double BarHeight = 0.16;

    public static void Save(string path, Predictions predictions, double temperature, string title)
    {
        var plot = ChartStyle.NewPlot(title);
        var calibrated = Calibration.Reliability(predictions, temperature);
        Bars(plot, calibrated);
        var ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.Color = ChartStyle.Muted;
        ideal.LineWidth = 1.2f;
        ideal.LinePattern = ChartStyle.Dashes;

        Curve(plot, Calibration.Reliability(predictions), ChartStyle.Train, $"as trained, ECE {100 * Calibration.ExpectedCalibrationError(predictions):0.0}%");
        if (Math.Abs(temperature - 1) >= 0.005)
        {
            Curve(plot, calibrated, ChartStyle.Validation, $"temperature {temperature:0.00}, ECE {100 * Calibration.ExpectedCalibrationError(predictions, temperature):0.0}%");
        }

        var ticks = Enumerable.Range(0, 6).Select(fifth => fifth / 5.0).ToArray();
        plot.Axes.Bottom.TickGenerator = plot.Axes.Left.TickGenerator = ChartStyle.Ticks(ticks, tick => $"{100 * tick:0}%");
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        // Not at the bar, where the label would overlap the curves.
        plot.XLabel($"confidence   (bars: images per bin, up to {100.0 * calibrated.Max(bin => bin.Count) / predictions.Count:0}%)");
        plot.YLabel("accuracy");
        ChartStyle.LegendAbove(plot);
        ChartStyle.Save(plot, path, Width, Height);
    }

    /// <summary>The number of images per bin.</summary>
    private static void Bars(Plot plot, IReadOnlyList<ReliabilityBin> bins)
    {
        var maxCount = bins.Max(bin => bin.Count);
        foreach (var bin in bins)
        {
            var interval = Calibration.BinOf(bin.Confidence);
            var height = BarHeight * bin.Count / maxCount;
            var bar = plot.Add.Rectangle((interval + 0.08) / Calibration.BinCount, (interval + 0.92) / Calibration.BinCount, 0, height);
            bar.FillColor = ChartStyle.Faint;
            bar.LineWidth = 0;
        }
    }

    private static void Curve(Plot plot, IReadOnlyList<ReliabilityBin> bins, Color color, string name)
    {
        ReliabilityBin[] shown = [.. bins.Where(bin => bin.Count >= MinImages)];
        var curve = plot.Add.Scatter(Array.ConvertAll(shown, bin => bin.Confidence), Array.ConvertAll(shown, bin => bin.Accuracy), color);
        curve.LegendText = name;
        curve.LineWidth = 2.4f;
        curve.MarkerSize = 7;
        curve.MarkerShape = MarkerShape.FilledCircle;
    }
}
