using System.Text;
using Fer.Core.Evaluation;

namespace Fer.Core.Reporting;

/// <summary>The charts of one network for a page: PNG files, which become part of it.</summary>
/// <param name="Confusion">The confusion matrix; null if there are too many labels.</param>
/// <param name="Calibration">The reliability diagram.</param>
/// <param name="Mistakes">The most confident mistakes; null if no faces are to be shown.</param>
public sealed record EvaluationImages(string? Confusion, string Calibration, string? Mistakes);

/// <summary>Evaluations as one self-contained HTML page, which opens from disk without a network.</summary>
public static class EvaluationPage
{
    private const string Style = """
        body { max-width: 60rem; } th, td { padding: .25rem .75rem; }
        th:first-child, td:first-child, .words td, .words th { text-align: left; overflow-wrap: anywhere; }
        .met { color: #1a7f37; } .missed { color: #cf222e; font-weight: 600; }
        .warning { border-left: 4px solid #d55e00; background: #fff6ef; padding: .5rem 1rem; }
        .charts { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; } .charts img { flex: 1 1 26rem; min-width: 0; max-width: 36rem; }
        """;

    private const string Limits =
        "The network classifies expressions, not feelings. The metrics hold for images like these; the intervals say how far "
        + "they would vary with other images of the same kind, not how the network does on other cameras or people.";

    /// <summary>Writes the page, replaced atomically.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="reports">The evaluations with the charts of each.</param>
    /// <exception cref="FerException">The file cannot be written, or a chart cannot be read.</exception>
    public static void Write(string path, IReadOnlyList<(EvaluationReport Report, EvaluationImages Images)> reports)
    {
        EvaluationReport[] all = [.. reports.Select(report => report.Report)];
        var html = new StringBuilder();
        html.Append($"<h1>Evaluation: {Text(EvaluationSummary.Verdict(all))}</h1>\n");
        html.Append($"<p>{Text(all[0].Data)}, {Text(all[0].Split)}: {FigureText.Count(all[0].Images)} images</p>\n");
        if (all.Length > 1)
        {
            var hasTta = all.Any(report => report.WithTta is not null);
            Table(html, ["network", .. ComparisonTable.Columns(hasTta)], all.Select(report => (string[])[report.Model, .. ComparisonTable.Cells(report, hasTta)]));
        }

        foreach (var (report, images) in reports)
        {
            Section(html, report, images);
        }

        html.Append($"<h2>How to read this</h2>\n<p>{Text(Limits)} Intervals are 95% bootstrap intervals.</p>\n");
        AtomicFile.Replace(path, unfinished => File.WriteAllText(unfinished, HtmlPage.Render("Evaluation", Style, html.ToString())));
    }

    private static void Section(StringBuilder html, EvaluationReport report, EvaluationImages images)
    {
        html.Append($"<h2>{Text(report.Model)}</h2>\n");
        Gates(html, report.Gates ?? []);
        foreach (var warning in report.Warnings ?? [])
        {
            html.Append($"<p class=\"warning\">{Text(warning)}</p>\n");
        }

        Figures(html, report);
        html.Append($"<p>{Text(EvaluationNotes.Describe(report))}</p>\n");
        Comparison(html, report.Comparison);
        html.Append("<h3>Labels</h3>\n");
        Table(html, EvaluationTable.LabelColumns, report.Labels.Select(EvaluationTable.Cells));
        html.Append("<div class=\"charts\">\n");
        Image(html, images.Confusion, "Confusion matrix: true labels in rows, predicted labels in columns");
        Image(html, images.Calibration, "Reliability diagram: accuracy over confidence");
        html.Append("</div>\n");
        Counts(html, report);
        foreach (var attribute in report.Groups ?? [])
        {
            Groups(html, attribute);
        }

        if (images.Mistakes is not null)
        {
            html.Append("<h3>Most confident mistakes</h3>\n");
            Image(html, images.Mistakes, "The most confident mistakes");
        }

        html.Append($"<p class=\"muted\">{FigureText.Count(report.Unreadable)} unreadable files; temperature {FigureText.Loss(report.Temperature)}</p>\n");
    }

    private static void Gates(StringBuilder html, IReadOnlyList<GateResult> gates)
    {
        if (gates.Count == 0)
        {
            return;
        }

        html.Append("<table class=\"words\">\n<tr><th>gate</th><th></th><th>measured</th></tr>\n");
        foreach (var gate in gates)
        {
            var verdict = gate.Passed ? "met" : "missed";
            html.Append($"<tr><td>{Text(gate.Gate)}</td><td class=\"{verdict}\">{verdict}</td><td>{Text(gate.Message)}</td></tr>\n");
        }

        html.Append("</table>\n");
    }

    private static void Figures(StringBuilder html, EvaluationReport report)
    {
        var tta = report.WithTta;
        Row[] rows =
        [
            new("accuracy", "accuracy", report.Figures.Accuracy, tta?.Accuracy),
            new("balanced accuracy", "balancedAccuracy", report.Figures.BalancedAccuracy, tta?.BalancedAccuracy),
            new("macro F1", "macroF1", report.Figures.MacroF1, tta?.MacroF1),
            new("ECE", "calibrationError", report.Figures.Ece, tta?.Ece),
        ];
        Table(html, ["", "value", "95% interval", .. tta is null ? Array.Empty<string>() : ["with TTA"]], rows.Select(row => (string[])
        [
            row.Name,
            FigureText.Percent(row.Value),
            report.Estimates?.FirstOrDefault(estimate => estimate.Figure == row.Key) is { } estimate ? FigureText.Range(estimate.Low, estimate.High) : "",
            .. row.WithTta is { } value ? [FigureText.Percent(value)] : Array.Empty<string>(),
        ]).Append(["loss", FigureText.Loss(report.Figures.Loss), "", .. tta is null ? Array.Empty<string>() : [FigureText.Loss(tta.Loss)]]));
    }

    private static void Comparison(StringBuilder html, BaselineComparison? comparison)
    {
        if (comparison is null)
        {
            return;
        }

        html.Append($"<h3>Change</h3>\n<p>{Text(ComparisonTable.Title(comparison))}</p>\n");
        Table(html, ComparisonTable.DifferenceColumns, comparison.Differences.Select(ComparisonTable.Cells));
        html.Append(comparison.McNemar is { } test ? $"<p>{Text(FigureText.Describe(test))}</p>\n" : "");
    }

    private static void Counts(StringBuilder html, EvaluationReport report)
    {
        html.Append("<details><summary>Confusion matrix as numbers of images</summary>\n");
        Table(html, ["true \\ predicted", .. report.Labels.Select(score => score.Label)], report.Labels.Zip(report.Confusion, (score, row) => (string[])[score.Label, .. row.Select(FigureText.Count)]));
        html.Append("</details>\n");
    }

    private static void Groups(StringBuilder html, AttributeReport attribute)
    {
        html.Append($"<h3>By {Text(attribute.Attribute)}</h3>\n");
        string[] figures = attribute.Groups.Count == 0 ? [] : [.. attribute.Groups[0].Figures.Select(figure => $"{SampleFigures.NameOf(figure.Figure)}, %")];
        Table(html, ["group", "images", .. figures], attribute.Groups.Select(group => (string[])[group.Group, FigureText.Count(group.Images), .. group.Figures.Select(GroupTable.Cell)]));
        html.Append("<ul>\n").AppendJoin("", attribute.Gaps.Select(gap => $"<li>largest gap, {Text(SampleFigures.NameOf(gap.Figure))}: {Text(GroupTable.Describe(gap))}</li>\n")).Append("</ul>\n");
    }

    private static void Table(StringBuilder html, string[] columns, IEnumerable<string[]> rows)
    {
        html.Append("<div class=\"scroll\"><table>\n<tr>").AppendJoin("", columns.Select(column => $"<th>{Text(column)}</th>")).Append("</tr>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Text(cell)}</td>")).Append("</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void Image(StringBuilder html, string? path, string description)
    {
        if (path is not null)
        {
            html.Append(HtmlPage.Image(path, description)).Append('\n');
        }
    }

    private static string Text(string text) => HtmlPage.Text(FerException.OneLine(text));

    private sealed record Row(string Name, string Key, double Value, double? WithTta);
}
