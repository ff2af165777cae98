using System.Text;

namespace Fer.Core.Evaluation;

/// <summary>An evaluation report as a text table.</summary>
public static class EvaluationTable
{
    /// <summary>The headings of <see cref="Cells"/>.</summary>
    internal static readonly string[] LabelColumns = ["label", "precision", "recall", "F1", "images"];

    /// <summary>The figures of a label.</summary>
    internal static string[] Cells(LabelScore score) =>
        [score.Label, FigureText.Percent(score.Precision), FigureText.Percent(score.Recall), FigureText.Percent(score.F1), FigureText.Count(score.Support)];

    /// <summary>The table of labels and, below it, the overall metrics with their 95% intervals; lines end with <c>\n</c>.</summary>
    public static string Render(EvaluationReport report)
    {
        var labels = new TextTable(["", .. LabelColumns[1..]]);
        foreach (var score in report.Labels)
        {
            labels.Add(Cells(score));
        }

        var text = new StringBuilder().Append(labels).Append('\n');
        Metric("accuracy", figures => FigureText.Percent(figures.Accuracy));
        Metric("balanced accuracy", figures => FigureText.Percent(figures.BalancedAccuracy));
        Metric("macro F1", figures => FigureText.Percent(figures.MacroF1));
        Metric("loss", figures => FigureText.Loss(figures.Loss));
        Metric("ECE", figures => $"{FigureText.Percent(figures.Ece)} ({FigureText.Percent(figures.EceBeforeTemperature)} before temperature scaling)");
        return text.ToString();

        void Metric(string name, Func<EvaluationMetrics, string> value)
        {
            text.Append($"{name,-17}  {value(report.Figures)}{Uncertainty(name)}\n");
            if (report.WithTta is { } tta)
            {
                text.Append($"{"  with TTA",-17}  {value(tta)}\n");
            }
        }

        string Uncertainty(string name) =>
            report.Estimates?.FirstOrDefault(estimate => SampleFigures.NameOf(estimate.Figure) == name) is { Figure: not "calibrationError" } estimate
                ? $" ({FigureText.Range(estimate.Low, estimate.High)})"
                : "";
    }
}
