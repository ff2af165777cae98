using System.Globalization;
using System.Text;

namespace Fer.Core.Evaluation;

/// <summary>A report as a text table.</summary>
public static class EvaluationTable
{
    /// <summary>A table of the labels with the overall metrics below it; lines end with <c>\n</c>.</summary>
    public static string Render(EvaluationReport report)
    {
        var width = Math.Max(8, report.Labels.Max(score => score.Label.Length));
        var text = new StringBuilder();
        Line(text, $"{"".PadRight(width)}  precision  recall      F1  images");
        foreach (var score in report.Labels)
        {
            Line(text, $"{score.Label.PadRight(width)}  {Percent(score.Precision),9}  {Percent(score.Recall),6}  {Percent(score.F1),6}  {score.Support,8:N0}");
        }

        Line(text, "");
        Figures(text, "accuracy", figures => Percent(figures.Accuracy));
        Figures(text, "balanced accuracy", figures => Percent(figures.BalancedAccuracy));
        Figures(text, "macro F1", figures => Percent(figures.MacroF1));
        Figures(text, "loss", figures => figures.Loss.ToString("0.000", CultureInfo.InvariantCulture));
        Figures(text, "ECE", figures => $"{Percent(figures.Ece)} ({Percent(figures.EceBeforeTemperature)} before temperature scaling)");
        return text.ToString();

        void Figures(StringBuilder target, string name, Func<EvaluationFigures, string> value)
        {
            Line(target, $"{name,-17}  {value(report.Figures)}");
            if (report.WithTta is { } tta)
            {
                Line(target, $"{"  with TTA",-17}  {value(tta)}");
            }
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line.TrimEnd()).Append('\n');

    private static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
