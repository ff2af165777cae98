using System.Globalization;
using System.Text;

namespace Fer.Core.Evaluation;

/// <summary>A report as text for people.</summary>
public static class EvaluationTable
{
    /// <summary>The table of labels and, below it, the figures of the whole; lines end with <c>\n</c>.</summary>
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
        Figures(text, "calibration error", figures => $"{Percent(figures.CalibrationError)} (before the temperature {Percent(figures.UncalibratedError)})");
        return text.ToString();

        void Figures(StringBuilder target, string name, Func<EvaluationFigures, string> value)
        {
            Line(target, $"{name,-17}  {value(report.Figures)}");
            if (report.WithViews is { } views)
            {
                Line(target, $"{"  with ten views",-17}  {value(views)}");
            }
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line.TrimEnd()).Append('\n');

    private static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
