using Fer.Core.Evaluation;
using Fer.Core.Training;

namespace Fer.Core.Reporting;

/// <summary>
/// The charts of a run folder as PNG. Files are replaced atomically. All methods throw <see cref="FerException"/> if the
/// file cannot be written.
/// </summary>
public static class TrainingCharts
{
    /// <summary>Mean cross-entropy of training and validation over the epochs.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="history">The epochs so far, at least one.</param>
    /// <param name="bestEpoch">The epoch with the best weights; it is marked if it is in the history.</param>
    public static void Loss(string path, IReadOnlyList<EpochMetrics> history, int bestEpoch) =>
        EpochChart.Loss.Save(path, history, bestEpoch);

    /// <summary>Accuracy of training and validation over the epochs.</summary>
    /// <inheritdoc cref="Loss"/>
    public static void Accuracy(string path, IReadOnlyList<EpochMetrics> history, int bestEpoch) =>
        EpochChart.Accuracy.Save(path, history, bestEpoch);

    /// <summary>The confusion matrix, in percent of the images of each true label.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="matrix">The matrix; with more than fifty labels the numbers get too small to read.</param>
    /// <param name="title">The heading.</param>
    public static void Confusion(string path, ConfusionMatrix matrix, string title = "Confusion matrix") =>
        ConfusionChart.Save(path, matrix, title);

    /// <summary>How often a confidence is right, before and after the temperature.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="predictions">Predictions on images that were not used for training.</param>
    /// <param name="temperature">The checkpoint's temperature.</param>
    /// <param name="title">The heading.</param>
    public static void Reliability(string path, Predictions predictions, double temperature, string title = "Reliability diagram (validation)") =>
        ReliabilityChart.Save(path, predictions, temperature, title);
}
