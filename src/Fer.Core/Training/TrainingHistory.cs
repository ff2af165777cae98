using System.Globalization;
using System.Runtime.InteropServices;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Training;

/// <summary>The epochs of a training, as rows of <c>history.csv</c>.</summary>
public static class TrainingHistory
{
    private const int Columns = 8;
    private const string Header = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds,images_per_second";

    /// <summary>The text of <c>history.csv</c>.</summary>
    public static string ToCsv(IEnumerable<EpochMetrics> history) =>
        string.Join('\n', history.Select(epoch => string.Join(',', Values(epoch).Select(value => value.ToString("G9", CultureInfo.InvariantCulture)))).Prepend(Header)) + "\n";

    /// <summary>The epoch with the highest validation accuracy, the lower loss deciding between equals; null without epochs.</summary>
    public static EpochMetrics? Best(IEnumerable<EpochMetrics> history) =>
        history.OrderByDescending(epoch => epoch.ValidationAccuracy).ThenBy(epoch => epoch.ValidationLoss).FirstOrDefault();

    /// <summary>As a tensor <c>[epoch, 8]</c>, for a checkpoint.</summary>
    internal static StoredTensor Save(IReadOnlyCollection<EpochMetrics> history) => new(
        StoredType.Float64, [history.Count, Columns], MemoryMarshal.AsBytes<double>(history.SelectMany(Values).ToArray()).ToArray());

    /// <summary>From the rows of what <see cref="Save"/> gave.</summary>
    internal static List<EpochMetrics> Load(StoredValues saved) => [.. saved.Rows("history", Columns).Select(FromValues)];

    private static double[] Values(EpochMetrics epoch) =>
    [
        epoch.Epoch, epoch.LearningRate, epoch.TrainLoss, epoch.TrainAccuracy,
        epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.Seconds, epoch.ImagesPerSecond,
    ];

    private static EpochMetrics FromValues(double[] v) => new((int)v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
}
