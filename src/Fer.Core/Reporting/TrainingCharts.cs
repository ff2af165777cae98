using Fer.Core.Evaluation;
using Fer.Core.Training;

namespace Fer.Core.Reporting;

/// <summary>
/// The charts of a run folder, as PNG of two pixels a unit. A file is either the old one or the new one, never half of it.
/// All methods throw <see cref="FerException"/> where the file cannot be written.
/// </summary>
public static class TrainingCharts
{
    /// <summary>Mean cross-entropy of training and validation over the epochs.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="history">The epochs so far, at least one.</param>
    /// <param name="bestEpoch">The epoch whose weights were kept; none is marked where it is not in the history.</param>
    public static void Loss(string path, IReadOnlyList<EpochMetrics> history, int bestEpoch) =>
        EpochChart.Loss.Save(path, history, bestEpoch);

    /// <summary>Accuracy of training and validation over the epochs.</summary>
    /// <inheritdoc cref="Loss"/>
    public static void Accuracy(string path, IReadOnlyList<EpochMetrics> history, int bestEpoch) =>
        EpochChart.Accuracy.Save(path, history, bestEpoch);

    /// <summary>Which label was taken for which, as per cent of the images that have the label.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="matrix">Two labels or more; beyond fifty the numbers get too small to read.</param>
    /// <param name="title">The heading, such as the split.</param>
    public static void Confusion(string path, ConfusionMatrix matrix, string title = "Confusion matrix") =>
        ConfusionChart.Save(path, matrix, title);

    /// <summary>How often a confidence is right, before and after the temperature.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="predictions">What a network said of images that it did not learn from.</param>
    /// <param name="temperature">The checkpoint's.</param>
    public static void Reliability(string path, Predictions predictions, double temperature) =>
        ReliabilityChart.Save(path, predictions, temperature);
}
