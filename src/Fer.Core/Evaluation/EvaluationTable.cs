using System.Globalization;
using System.Text;

namespace Fer.Core.Evaluation;

/// <summary>An evaluation report as a text table.</summary>
public static class EvaluationTable
{
    /// <summary>The table of labels and, below it, the overall metrics; lines end with <c>\n</c>.</summary>
    public static string Render(EvaluationReport report)
    {
        var labels = new TextTable("", "precision", "recall", "F1", "images");
        foreach (var score in report.Labels)
        {
            labels.Add(score.Label, Percent(score.Precision), Percent(score.Recall), Percent(score.F1), score.Support.ToString("N0", CultureInfo.InvariantCulture));
        }

        var text = new StringBuilder().Append(labels).Append('\n');
        Metric("accuracy", figures => Percent(figures.Accuracy));
        Metric("balanced accuracy", figures => Percent(figures.BalancedAccuracy));
        Metric("macro F1", figures => Percent(figures.MacroF1));
        Metric("loss", figures => figures.Loss.ToString("0.000", CultureInfo.InvariantCulture));
        Metric("ECE", figures => $"{Percent(figures.Ece)} ({Percent(figures.EceBeforeTemperature)} before temperature scaling)");
        return text.ToString();

        void Metric(string name, Func<EvaluationMetrics, string> value)
        {
            text.Append($"{name,-17}  {value(report.Figures)}\n");
            if (report.WithTta is { } tta)
            {
                text.Append($"{"  with TTA",-17}  {value(tta)}\n");
            }
        }
    }

    private static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
