namespace Fer.Core.Evaluation;

/// <summary>The figures of a group of images.</summary>
/// <param name="Group">The attribute's value.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Figures">Its figures with 95% intervals.</param>
public sealed record GroupReport(string Group, int Images, IReadOnlyList<FigureEstimate> Figures);

/// <summary>The largest difference of a figure between two groups.</summary>
/// <param name="Figure"><c>accuracy</c>, <c>balancedAccuracy</c>, <c>macroF1</c> or <c>calibrationError</c>.</param>
/// <param name="Highest">The group with the highest value.</param>
/// <param name="Lowest">The group with the lowest value.</param>
/// <param name="Gap">The difference, 0..1.</param>
/// <param name="Low">The lower end of the 95% interval of the difference between these two groups.</param>
/// <param name="High">The upper end of the 95% interval of the difference between these two groups.</param>
public sealed record GroupGap(string Figure, string Highest, string Lowest, double Gap, double Low, double High);

/// <summary>The figures of the groups that an attribute divides the images into.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Groups">In ordinal order of their names.</param>
/// <param name="Gaps">The largest gap of each figure; empty if fewer than two groups have enough images.</param>
public sealed record AttributeReport(string Attribute, IReadOnlyList<GroupReport> Groups, IReadOnlyList<GroupGap> Gaps)
{
    /// <summary>The least number of images of a group that takes part in the largest gap: of fewer, chance alone makes the extremes.</summary>
    public const int MinImages = 30;

    /// <summary>Computes the figures of every group of an attribute.</summary>
    /// <param name="outcomes">The predictions.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="values">The group of each image; empty if it has none.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static AttributeReport Of(Outcomes outcomes, string attribute, IReadOnlyList<string> values, CancellationToken cancellation = default)
    {
        // Each group from a stream of its own, so that the samples of two groups are independent.
        Group[] groups =
        [
            .. values.Index()
                .Where(value => value.Item.Length > 0)
                .GroupBy(value => value.Item, value => value.Index, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select((group, stream) => Group.Of(group.Key, outcomes.Subset([.. group]), stream, cancellation)),
        ];
        Group[] large = [.. groups.Where(group => group.Report.Images >= MinImages)];
        var gaps = large.Length < 2 ? [] : large[0].Report.Figures.Select((_, figure) => Gap(large, figure));
        return new AttributeReport(attribute, [.. groups.Select(group => group.Report)], [.. gaps]);
    }

    private static GroupGap Gap(Group[] groups, int figure)
    {
        var highest = groups.MaxBy(group => group.Report.Figures[figure].Value)!;
        var lowest = groups.MinBy(group => group.Report.Figures[figure].Value)!;
        // Where all are equal, both are the first one, whose difference from itself has no interval.
        lowest = lowest == highest ? groups.First(group => group != highest) : lowest;
        var gap = highest.Report.Figures[figure].Value - lowest.Report.Figures[figure].Value;
        var (low, high) = Bootstrap.OfDifference(highest.Samples, lowest.Samples, figure, gap);
        if (low == high)
        {
            // No sample differs, as in two groups without a mistake: by the intervals of each (Newcombe 1998).
            var (one, other) = (highest.Report.Figures[figure], lowest.Report.Figures[figure]);
            low = gap - double.Hypot(one.Value - one.Low, other.High - other.Value);
            high = gap + double.Hypot(one.High - one.Value, other.Value - other.Low);
        }

        return new GroupGap(SampleFigures.Keys[figure], highest.Report.Group, lowest.Report.Group, gap, low, high);
    }

    private sealed record Group(GroupReport Report, double[][] Samples)
    {
        public static Group Of(string name, Outcomes images, int stream, CancellationToken cancellation)
        {
            var samples = Bootstrap.Draw(images.Count, stream, drawn => SampleFigures.Of(images, drawn), cancellation);
            return new Group(new GroupReport(name, images.Count, FigureEstimate.Of(images, samples)), samples);
        }
    }
}
