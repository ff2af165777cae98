using System.Globalization;

namespace Fer.Core.Training;

/// <summary>The epochs of a training, as rows of <c>history.csv</c>.</summary>
public static class TrainingHistory
{
    private const string Header = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds,images_per_second";

    /// <summary>The text of <c>history.csv</c>.</summary>
    public static string ToCsv(IEnumerable<EpochMetrics> history) =>
        string.Join('\n', history.Select(epoch => string.Join(',', Values(epoch).Select(value => value.ToString("G9", CultureInfo.InvariantCulture)))).Prepend(Header)) + "\n";

    /// <summary>The epoch with the highest validation accuracy, the lower loss deciding between equals; null without epochs.</summary>
    public static EpochMetrics? Best(IEnumerable<EpochMetrics> history) =>
        history.OrderByDescending(epoch => epoch.ValidationAccuracy).ThenBy(epoch => epoch.ValidationLoss).FirstOrDefault();

    /// <summary>As plain values, for a checkpoint.</summary>
    internal static List<object?> Save(IEnumerable<EpochMetrics> history) =>
        [.. history.Select(epoch => (object?)Values(epoch).Select(value => (object?)value).ToList())];

    /// <summary>From what <see cref="Save"/> gave.</summary>
    internal static List<EpochMetrics> Load(IReadOnlyList<object?> rows) => [.. rows.Select(row =>
        row is IReadOnlyList<object?> { Count: 8 } values && values.All(value => value is double)
            ? FromValues([.. values.Select(value => (double)value!)])
            : throw new FerException("the history of the saved training is damaged"))];

    private static double[] Values(EpochMetrics epoch) =>
    [
        epoch.Epoch, epoch.LearningRate, epoch.TrainLoss, epoch.TrainAccuracy,
        epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.Seconds, epoch.ImagesPerSecond,
    ];

    private static EpochMetrics FromValues(double[] v) => new((int)v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
}
