using System.Text.Json.Serialization;

namespace Fer.Core.Evaluation;

/// <summary>How far a figure differs from the baseline's.</summary>
/// <param name="Figure"><c>accuracy</c>, <c>balancedAccuracy</c>, <c>macroF1</c>, <c>calibrationError</c> or <c>accuracyWithTta</c>.</param>
/// <param name="Value">This network's, 0..1.</param>
/// <param name="Baseline">The baseline's, 0..1.</param>
/// <param name="Low">The lower end of the 95% interval of the difference.</param>
/// <param name="High">The upper end of the 95% interval of the difference.</param>
public sealed record FigureDifference(string Figure, double Value, double Baseline, double Low, double High)
{
    /// <summary>The difference, negative if this network is lower.</summary>
    public double Difference => Value - Baseline;
}

/// <summary>An evaluation beside an earlier one, or beside another network's.</summary>
/// <param name="Baseline">The checkpoint that it is compared with.</param>
/// <param name="PairedImages">Number of images whose predictions are known for both, with the same label; 0 if the predictions of the baseline were not kept.</param>
/// <param name="Differences">The figures of both; on the paired images if there are any, which gives narrower intervals.</param>
/// <param name="McNemar">McNemar's test on the paired images; null without any.</param>
public sealed record BaselineComparison(string Baseline, int PairedImages, IReadOnlyList<FigureDifference> Differences, McNemarTest? McNemar)
{
    /// <summary>The file of the baseline's report; null if another network of the same evaluation is the baseline.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Report { get; init; }

    /// <summary>The key of the accuracy with TTA.</summary>
    internal const string TtaKey = "accuracyWithTta";

    /// <summary>Compares two evaluations.</summary>
    /// <param name="report">This network's report.</param>
    /// <param name="outcomes">This network's predictions.</param>
    /// <param name="baseline">The baseline's report, on the same labels and split.</param>
    /// <param name="kept">The baseline's predictions; null if they were not kept.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="FerException">The baseline's confusion matrix is damaged.</exception>
    public static BaselineComparison Of(EvaluationReport report, Outcomes outcomes, EvaluationReport baseline, Outcomes? kept, CancellationToken cancellation = default)
    {
        var tta = WithTta(report, baseline, cancellation);
        if (kept is not null && Pair(outcomes, kept) is { Mine.Count: > 0 } pair)
        {
            var (mine, theirs) = pair;
            var samples = Bootstrap.Draw(mine.Count, stream: 0, images => Subtract(SampleFigures.Of(mine, images), SampleFigures.Of(theirs, images)), cancellation);
            var test = McNemarTest.Of(CountRight(mine, theirs), CountRight(theirs, mine));
            return new BaselineComparison(baseline.Model, mine.Count, [.. Between(mine, theirs, (figure, measured) => Bootstrap.Of(samples, figure, measured)), .. tta], test);
        }

        var (here, before) = (outcomes with { Confidences = [] }, Outcomes.Of(baseline));
        var drawn = Bootstrap.Draw(here.Count, stream: 0, images => SampleFigures.Of(here, images), cancellation);
        var others = Bootstrap.Draw(before.Count, stream: 1, images => SampleFigures.Of(before, images), cancellation);
        return new BaselineComparison(baseline.Model, 0, [.. Between(here, before, (figure, measured) => Bootstrap.OfDifference(drawn, others, figure, measured)), .. tta], null);
    }

    /// <summary>The number of images that only one of two has right.</summary>
    private static int CountRight(Outcomes one, Outcomes other) => Enumerable.Range(0, one.Count).Count(image => one.IsCorrect(image) && !other.IsCorrect(image));

    /// <summary>The images that both have with the same label, in the same order and with the same numbering of the labels.</summary>
    private static (Outcomes Mine, Outcomes Theirs) Pair(Outcomes mine, Outcomes theirs)
    {
        int[] labels = [.. theirs.Labels.Select(label => mine.Labels.ToList().IndexOf(label))];
        var places = theirs.Paths.Index().GroupBy(path => path.Item, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Index, StringComparer.Ordinal);
        (int Mine, int Theirs)[] pairs =
        [
            .. mine.Paths.Index()
                .Select(path => (path.Index, Place: places.GetValueOrDefault(path.Item, -1)))
                .Where(pair => pair.Place >= 0 && labels[theirs.Targets[pair.Place]] == mine.Targets[pair.Index] && labels[theirs.Predicted[pair.Place]] >= 0),
        ];
        var renumbered = theirs with
        {
            Labels = mine.Labels,
            Targets = [.. theirs.Targets.Select(label => labels[label])],
            Predicted = [.. theirs.Predicted.Select(label => labels[label])],
        };
        return (mine.Subset(Array.ConvertAll(pairs, pair => pair.Mine)), renumbered.Subset(Array.ConvertAll(pairs, pair => pair.Theirs)));
    }

    private static IEnumerable<FigureDifference> Between(Outcomes mine, Outcomes theirs, Func<int, double, Interval> interval) =>
        SampleFigures.OfAll(mine).Zip(SampleFigures.OfAll(theirs)).Select((values, figure) =>
        {
            var (low, high) = interval(figure, values.First - values.Second);
            return new FigureDifference(SampleFigures.Keys[figure], values.First, values.Second, low, high);
        });

    /// <summary>The accuracy with TTA, which is known as a number alone: its images are drawn independently.</summary>
    private static FigureDifference[] WithTta(EvaluationReport report, EvaluationReport baseline, CancellationToken cancellation)
    {
        if (report.WithTta is not { Accuracy: var accuracy } || baseline.WithTta is not { Accuracy: var earlier })
        {
            return [];
        }

        var drawn = Draw(report.Images, accuracy, stream: 0, cancellation);
        var others = Draw(Outcomes.Of(baseline).Count, earlier, stream: 1, cancellation);
        var (low, high) = Bootstrap.OfDifference(drawn, others, figure: 0, accuracy - earlier);
        return [new FigureDifference(TtaKey, accuracy, earlier, low, high)];
    }

    private static double[][] Draw(int images, double accuracy, int stream, CancellationToken cancellation)
    {
        var right = (int)Math.Round(accuracy * images);
        return Bootstrap.Draw(images, stream, sample => [sample.Count(image => image < right) / (double)images], cancellation);
    }

    private static double[] Subtract(double[] values, double[] others) => [.. values.Zip(others, (value, other) => value - other)];
}
