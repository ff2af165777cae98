using System.Text;

namespace Fer.Core.Evaluation;

/// <summary>Evaluations beside each other as text tables.</summary>
public static class ComparisonTable
{
    /// <summary>The differences to a baseline with their intervals, and McNemar's test; lines end with <c>\n</c>.</summary>
    public static string Render(BaselineComparison comparison)
    {
        var table = new TextTable(DifferenceColumns);
        foreach (var difference in comparison.Differences)
        {
            table.Add(Cells(difference));
        }

        var text = new StringBuilder().Append(Title(comparison)).Append('\n').Append(table);
        return comparison.McNemar is { } test ? text.Append(FigureText.Describe(test)).Append('\n').ToString() : text.ToString();
    }

    /// <summary>Several networks side by side, a row each.</summary>
    public static string Render(IReadOnlyList<EvaluationReport> reports)
    {
        var hasTta = reports.Any(report => report.WithTta is not null);
        var table = new TextTable([.. Columns(hasTta), "network"]) { LeftColumns = [Columns(hasTta).Length] };
        foreach (var report in reports)
        {
            table.Add([.. Cells(report, hasTta), report.Model]);
        }

        return table.ToString();
    }

    /// <summary>The headings of <see cref="Cells(FigureDifference)"/>.</summary>
    internal static readonly string[] DifferenceColumns = ["", "here", "baseline", "points", "95% interval"];

    /// <summary>A figure of both networks.</summary>
    internal static string[] Cells(FigureDifference difference) =>
    [
        NameOf(difference), FigureText.Percent(difference.Value), FigureText.Percent(difference.Baseline),
        FigureText.Points(difference.Difference), FigureText.PointRange(difference.Low, difference.High),
    ];

    /// <summary>The headings of <see cref="Cells(EvaluationReport, bool)"/>.</summary>
    internal static string[] Columns(bool hasTta) => ["accuracy", .. hasTta ? ["with TTA"] : Array.Empty<string>(), "balanced", "macro F1", "loss", "ECE"];

    /// <summary>The overall figures of a network.</summary>
    internal static string[] Cells(EvaluationReport report, bool hasTta) =>
    [
        FigureText.Percent(report.Figures.Accuracy),
        .. hasTta ? [report.WithTta is { } tta ? FigureText.Percent(tta.Accuracy) : ""] : Array.Empty<string>(),
        FigureText.Percent(report.Figures.BalancedAccuracy),
        FigureText.Percent(report.Figures.MacroF1),
        FigureText.Loss(report.Figures.Loss),
        FigureText.Percent(report.Figures.Ece),
    ];

    /// <summary>What is compared, on what.</summary>
    internal static string Title(BaselineComparison comparison) => comparison.PairedImages > 0
        ? $"compared with {NameOfBaseline(comparison)}, on {FigureText.Count(comparison.PairedImages)} images that both predicted"
        : $"compared with {NameOfBaseline(comparison)}, as a whole, not image by image (wider intervals)";

    private static string NameOfBaseline(BaselineComparison comparison) =>
        comparison.Report is { } file ? $"{file} (network {comparison.Baseline})" : comparison.Baseline;

    /// <summary>The name of a figure for people.</summary>
    private static string NameOf(FigureDifference difference) =>
        difference.Figure == BaselineComparison.TtaKey ? "accuracy with TTA" : SampleFigures.NameOf(difference.Figure);
}
