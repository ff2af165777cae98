namespace Fer.Core.Evaluation;

/// <summary>What the figures of an evaluation mean, in words.</summary>
public static class EvaluationNotes
{
    // The recall of fewer images has an interval of more than 30 points.
    private const int FewImages = 30;

    // Below this share of the way from guessing to always right, a network is of no use.
    private const double BarelyAbove = 0.1;

    // Enough to see the pattern, few enough to read.
    private const int ConfusionsNamed = 3, LabelsNamed = 10;

    /// <summary>The classes by recall, highest first, and the most frequent confusions, in one sentence.</summary>
    public static string Describe(EvaluationReport report)
    {
        LabelScore[] scores = [.. report.Labels.Where(score => score.Support > 0).OrderByDescending(score => score.Recall)];
        var shown = scores.Length <= LabelsNamed ? scores : [.. scores.Take(LabelsNamed / 2), .. scores.TakeLast(LabelsNamed / 2)];
        var recalls = string.Join(", ", shown.Select(score => $"{score.Label} {FigureText.Percent(score.Recall)}"));
        string[] confusions = [.. Confusions(report).Take(ConfusionsNamed)];
        var ending = confusions.Length == 0 ? "no image is confused" : $"most often confused: {string.Join(", ", confusions)}";
        return $"By recall: {recalls}; {ending}.";
    }

    /// <summary>What a reader should know before trusting the figures; empty if there is nothing.</summary>
    /// <param name="report">The report.</param>
    /// <param name="estimates">Its figures with their intervals.</param>
    public static IReadOnlyList<string> Warnings(EvaluationReport report, IReadOnlyList<FigureEstimate> estimates) =>
        [.. Chance(report, estimates), .. NeverRight(report), .. Few(report)];

    private static IEnumerable<string> Confusions(EvaluationReport report) =>
        from target in Enumerable.Range(0, report.Labels.Count)
        where report.Labels[target].Support > 0
        from predicted in Enumerable.Range(0, report.Labels.Count)
        where predicted != target && report.Confusion[target][predicted] > 0
        let share = (double)report.Confusion[target][predicted] / report.Labels[target].Support
        orderby share descending
        select $"{report.Labels[target].Label} as {report.Labels[predicted].Label} ({FigureText.Percent(share)})";

    private static IEnumerable<string> Chance(EvaluationReport report, IReadOnlyList<FigureEstimate> estimates)
    {
        LabelScore[] occurring = [.. report.Labels.Where(score => score.Support > 0)];
        if (occurring.Length < 2)
        {
            yield return $"all images are {occurring[0].Label}: the metrics say nothing about other labels";
            yield break;
        }

        var balanced = estimates.Single(estimate => estimate.Figure == "balancedAccuracy");
        var accuracy = estimates.Single(estimate => estimate.Figure == "accuracy");
        var frequent = occurring.MaxBy(score => score.Support)!;
        var share = (double)frequent.Support / report.Images;
        var guessing = 1.0 / occurring.Length;
        if (balanced.Low <= guessing + BarelyAbove * (1 - guessing))
        {
            yield return $"the network is not clearly above chance: balanced accuracy {FigureText.Percent(balanced.Value)} (95% interval from {FigureText.Percent(balanced.Low)}), guessing {FigureText.Percent(guessing)}";
        }
        else if (accuracy.Low <= share)
        {
            yield return $"accuracy {FigureText.Percent(accuracy.Value)} (95% interval from {FigureText.Percent(accuracy.Low)}) is not clearly above the {FigureText.Percent(share)} of always answering {frequent.Label}; look at balanced accuracy";
        }
    }

    private static IEnumerable<string> NeverRight(EvaluationReport report)
    {
        LabelScore[] missed = [.. report.Labels.Where(score => score is { Support: > 0, Recall: 0 })];
        if (missed.Length > 0)
        {
            yield return $"not one image of {Names(missed)} is classified correctly";
        }
    }

    private static string Names(LabelScore[] scores) =>
        string.Join(", ", scores.Take(LabelsNamed).Select(score => score.Label)) + (scores.Length > LabelsNamed ? $" and {scores.Length - LabelsNamed} more" : "");

    private static IEnumerable<string> Few(EvaluationReport report)
    {
        LabelScore[] few = [.. report.Labels.Where(score => score.Support is > 0 and < FewImages).OrderBy(score => score.Support)];
        if (few.Length > 0)
        {
            var more = few.Length > LabelsNamed ? $" and {few.Length - LabelsNamed} more" : "";
            yield return $"few images of {string.Join(", ", few.Take(LabelsNamed).Select(score => $"{score.Label} ({score.Support})"))}{more}: recall is uncertain below {FewImages}";
        }

        LabelScore[] none = [.. report.Labels.Where(score => score.Support == 0)];
        if (none.Length > 0)
        {
            yield return $"no images of {Names(none)}";
        }
    }
}
