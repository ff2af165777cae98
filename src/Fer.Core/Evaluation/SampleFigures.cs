namespace Fer.Core.Evaluation;

/// <summary>The figures whose uncertainty is estimated, and their values on some of the images.</summary>
internal static class SampleFigures
{
    /// <summary>Their keys in JSON, in the order of <see cref="Of"/>.</summary>
    public static readonly string[] Keys = ["accuracy", "balancedAccuracy", "macroF1", "calibrationError"];

    /// <summary>Their names for people, in the same order.</summary>
    public static readonly string[] Names = ["accuracy", "balanced accuracy", "macro F1", "ECE"];

    /// <summary>The name for people of a key.</summary>
    public static string NameOf(string key) => Array.IndexOf(Keys, key) is >= 0 and var index ? Names[index] : key;

    /// <summary>The figures of all images.</summary>
    public static double[] OfAll(Outcomes outcomes) => Of(outcomes, [.. Enumerable.Range(0, outcomes.Count)]);

    /// <summary>Accuracy, balanced accuracy, macro F1 and, where confidences are known, ECE; all 0..1.</summary>
    /// <param name="outcomes">All images.</param>
    /// <param name="sample">The indices of some of them, which may repeat.</param>
    public static double[] Of(Outcomes outcomes, IReadOnlyList<int> sample)
    {
        var labels = outcomes.Labels.Count;
        var (correct, support, predicted) = (new int[labels], new int[labels], new int[labels]);
        foreach (var image in sample)
        {
            support[outcomes.Targets[image]]++;
            predicted[outcomes.Predicted[image]]++;
            if (outcomes.IsCorrect(image))
            {
                correct[outcomes.Targets[image]]++;
            }
        }

        var (occurring, recalls, scores) = (0, 0.0, 0.0);
        for (var label = 0; label < labels; label++)
        {
            if (support[label] > 0)
            {
                occurring++;
                recalls += (double)correct[label] / support[label];
                scores += 2.0 * correct[label] / (support[label] + predicted[label]);
            }
        }

        double[] figures = [(double)correct.Sum() / sample.Count, recalls / occurring, scores / occurring];
        return outcomes.Confidences.Count == 0 ? figures : [.. figures, CalibrationError(outcomes, sample)];
    }

    /// <summary>The same as <see cref="Calibration.ExpectedCalibrationError"/>.</summary>
    private static double CalibrationError(Outcomes outcomes, IReadOnlyList<int> sample)
    {
        // The sum of confidence minus correctness of each bin.
        var gaps = new double[Calibration.BinCount];
        foreach (var image in sample)
        {
            var confidence = outcomes.Confidences[image];
            gaps[Calibration.BinOf(confidence)] += confidence - (outcomes.IsCorrect(image) ? 1 : 0);
        }

        return gaps.Sum(Math.Abs) / sample.Count;
    }
}
