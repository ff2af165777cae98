using Fer.Core.Training;
using ScottPlot;

namespace Fer.Core.Reporting;

/// <summary>Training and validation curves over the epochs, with the best epoch marked.</summary>
/// <param name="title">The heading; it names the metric.</param>
/// <param name="train">Gets the training value of an epoch.</param>
/// <param name="validation">Gets the validation value of an epoch.</param>
/// <param name="range">Chooses the vertical axis for all finite values.</param>
/// <param name="format">Formats a value with the given number of decimals.</param>
internal sealed class EpochChart(
    string title,
    Func<EpochMetrics, double> train,
    Func<EpochMetrics, double> validation,
    Func<IReadOnlyList<double>, ValueRange> range,
    Func<double, int, string> format)
{
    private const int Width = 820, Height = 480;

    // Decimals of single values; the axis uses as many as its ticks need.
    private const int Decimals = 3;

    public static EpochChart Loss { get; } = new(
        "Loss (cross-entropy)", epoch => epoch.TrainLoss, epoch => epoch.ValidationLoss, ValueRange.OfLosses, (loss, decimals) => loss.ToString($"F{decimals}"));

    public static EpochChart Accuracy { get; } = new(
        "Accuracy", epoch => epoch.TrainAccuracy, epoch => epoch.ValidationAccuracy, ValueRange.OfAccuracies, (accuracy, decimals) => $"{(100 * accuracy).ToString($"F{Math.Max(0, decimals - 2)}")}%");

    public void Save(string path, IReadOnlyList<EpochMetrics> history, int bestEpoch)
    {
        var plot = ChartStyle.NewPlot(title);
        double[] finite = [.. history.SelectMany(epoch => new[] { train(epoch), validation(epoch) }).Where(double.IsFinite)];
        var values = range(finite);
        var (first, last) = (history[0].Epoch, history[^1].Epoch);
        var margin = Math.Max(0.35, 0.02 * (last - first));
        plot.Axes.SetLimits(first - margin, last + margin, values.Low, values.High);
        plot.Axes.Bottom.TickGenerator = ChartStyle.Ticks(EpochTicks.Between(first, last).Select(epoch => (double)epoch), epoch => epoch.ToString("0"));
        plot.Axes.Left.TickGenerator = ChartStyle.Ticks(values.Ticks, tick => format(tick, values.Decimals));

        Curve(plot, "training", ChartStyle.Train, history, train);
        Curve(plot, "validation", ChartStyle.Validation, history, validation);
        if (history.FirstOrDefault(epoch => epoch.Epoch == bestEpoch) is { } best && double.IsFinite(validation(best)))
        {
            MarkBest(plot, best, values);
        }

        var above = finite.Count(value => value > values.High);
        plot.XLabel(above == 0 ? "epoch" : $"epoch   ({above} {(above == 1 ? "value" : "values")} above the chart, up to {format(finite.Max(), Decimals)})");
        ChartStyle.LegendAbove(plot);
        ChartStyle.Save(plot, path, Width, Height);
    }

    private static void Curve(Plot plot, string name, Color color, IReadOnlyList<EpochMetrics> history, Func<EpochMetrics, double> value)
    {
        // NaN and infinite values cannot be drawn.
        EpochMetrics[] known = [.. history.Where(epoch => double.IsFinite(value(epoch)))];
        var curve = plot.Add.Scatter(Array.ConvertAll(known, epoch => (double)epoch.Epoch), Array.ConvertAll(known, epoch => value(epoch)), color);
        curve.LegendText = name;
        curve.LineWidth = history.Count > 300 ? 1.6f : 2.4f;
        // Dots mark the epochs if there are few; with many only the line is drawn.
        curve.MarkerSize = history.Count <= 40 ? 7 : 0;
        curve.MarkerShape = MarkerShape.FilledCircle;
    }

    /// <summary>A ring on the curve and a vertical line; the numbers are in the legend, where they cover nothing.</summary>
    private void MarkBest(Plot plot, EpochMetrics best, ValueRange values)
    {
        var line = plot.Add.VerticalLine(best.Epoch, 1.2f, ChartStyle.Muted, ChartStyle.Dashes);
        line.LegendText = $"best: epoch {best.Epoch}, {format(validation(best), Decimals)}";
        var ring = plot.Add.Marker(best.Epoch, Math.Min(validation(best), values.High), MarkerShape.OpenCircle, 15, ChartStyle.Validation);
        ring.MarkerStyle.LineWidth = 2;
    }
}
