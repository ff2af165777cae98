using System.Text;

namespace Fer.Core.Evaluation;

/// <summary>The figures of groups of images as a text table.</summary>
public static class GroupTable
{
    /// <summary>One row per group, then the largest gap of each figure; lines end with <c>\n</c>.</summary>
    public static string Render(AttributeReport report)
    {
        var table = new TextTable([$"by {report.Attribute}", "images", .. SampleFigures.Names]);
        foreach (var group in report.Groups)
        {
            table.Add([group.Group, FigureText.Count(group.Images), .. group.Figures.Select(Cell)]);
        }

        var text = new StringBuilder().Append(table);
        foreach (var gap in report.Gaps)
        {
            text.Append($"largest gap, {SampleFigures.NameOf(gap.Figure)}: {Describe(gap)}\n");
        }

        return report.Gaps.Count > 0 ? text.ToString() : text.Append($"no gap: fewer than two groups have {AttributeReport.MinImages} images\n").ToString();
    }

    /// <summary>A figure and its interval, in percent.</summary>
    internal static string Cell(FigureEstimate figure) => $"{FigureText.Percent(figure.Value)} ({FigureText.Range(figure.Low, figure.High)})".Replace("%", "", StringComparison.Ordinal);

    /// <summary>The size of a gap and the two groups.</summary>
    internal static string Describe(GroupGap gap) =>
        $"{FigureText.Points(gap.Gap).TrimStart('+')} points between {gap.Highest} and {gap.Lowest} (95% interval {FigureText.PointRange(gap.Low, gap.High)})";
}
