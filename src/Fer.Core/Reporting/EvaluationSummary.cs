using System.Text;
using Fer.Core.Evaluation;

namespace Fer.Core.Reporting;

/// <summary>Evaluations as Markdown, for the summary page of a CI job or a comment on a pull request.</summary>
public static class EvaluationSummary
{
    /// <summary>The summary; lines end with <c>\n</c>.</summary>
    public static string Render(IReadOnlyList<EvaluationReport> reports)
    {
        var text = new StringBuilder();
        text.Append($"## Evaluation: {Verdict(reports)}\n\n");
        var hasTta = reports.Any(report => report.WithTta is not null);
        Table(text, ["network", "images", .. ComparisonTable.Columns(hasTta)], reports.Select(report =>
            (string[])[report.Model, FigureText.Count(report.Images), .. ComparisonTable.Cells(report, hasTta)]));
        foreach (var report in reports)
        {
            Section(text, report, named: reports.Count > 1);
        }

        return text.ToString();
    }

    /// <summary>How many gates are met, in a few words.</summary>
    internal static string Verdict(IReadOnlyList<EvaluationReport> reports)
    {
        GateResult[] gates = [.. reports.SelectMany(report => report.Gates ?? [])];
        var missed = gates.Count(gate => !gate.Passed);
        if (gates.Length == 0)
        {
            return "no gates";
        }

        return missed == 0 ? $"all {gates.Length} gates met" : $"{missed} of {gates.Length} gates missed";
    }

    private static void Section(StringBuilder text, EvaluationReport report, bool named)
    {
        if (named)
        {
            text.Append($"\n### {Escape(report.Model)}\n");
        }

        if (report.Gates is { Count: > 0 } gates)
        {
            text.Append('\n');
            Table(text, ["gate", "", "measured"], gates.Select(gate => (string[])[Escape(gate.Gate), gate.Passed ? "met" : "**missed**", Escape(gate.Message)]), escape: false);
        }

        foreach (var warning in report.Warnings ?? [])
        {
            text.Append($"\n> **Warning:** {Escape(warning)}\n");
        }

        if (report.Comparison is { } comparison)
        {
            text.Append($"\n{Escape(Capitalized(ComparisonTable.Title(comparison)))}:\n\n");
            Table(text, ComparisonTable.DifferenceColumns, comparison.Differences.Select(ComparisonTable.Cells));
            text.Append(comparison.McNemar is { } test ? $"\n{FigureText.Describe(test)}.\n" : "");
        }

        text.Append($"\n{Escape(EvaluationNotes.Describe(report))}\n\n");
        Table(text, EvaluationTable.LabelColumns, report.Labels.Select(EvaluationTable.Cells));
        foreach (var attribute in report.Groups ?? [])
        {
            Groups(text, attribute);
        }
    }

    private static void Groups(StringBuilder text, AttributeReport attribute)
    {
        text.Append('\n');
        string[] figures = attribute.Groups.Count == 0 ? [] : [.. attribute.Groups[0].Figures.Select(figure => SampleFigures.NameOf(figure.Figure))];
        Table(text, [attribute.Attribute, "images", .. figures], attribute.Groups.Select(group => (string[])[group.Group, FigureText.Count(group.Images), .. group.Figures.Select(GroupTable.Cell)]));
        text.Append('\n');
        foreach (var gap in attribute.Gaps)
        {
            text.Append($"- largest gap, {SampleFigures.NameOf(gap.Figure)}: {Escape(GroupTable.Describe(gap))}\n");
        }
    }

    private static void Table(StringBuilder text, string[] columns, IEnumerable<string[]> rows, bool escape = true)
    {
        Row(columns);
        // The first column is text, the others are numbers.
        text.Append($"|---|{string.Concat(columns.Skip(1).Select(_ => escape ? "--:|" : "---|"))}\n");
        foreach (var row in rows)
        {
            Row(row);
        }

        void Row(string[] cells) => text.Append($"| {string.Join(" | ", cells.Select(cell => escape ? Escape(cell) : cell))} |\n");
    }

    /// <summary>The text without what Markdown and HTML would take as markup.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var letter in FerException.OneLine(text))
        {
            escaped.Append(letter is '|' or '*' or '_' or '`' or '[' or ']' or '<' or '>' or '\\' or '#' ? $"\\{letter}" : letter.ToString());
        }

        return escaped.ToString();
    }

    private static string Capitalized(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";
}
