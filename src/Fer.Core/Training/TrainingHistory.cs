using System.Globalization;

namespace Fer.Core.Training;

/// <summary>The epochs of a training, as rows of <c>history.csv</c>.</summary>
public static class TrainingHistory
{
    private const string Header = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds,images_per_second";

    /// <summary>The text of <c>history.csv</c>.</summary>
    public static string ToCsv(IEnumerable<EpochMetrics> history) => string.Join('\n', history.Select(Row).Prepend(Header)) + "\n";

    /// <summary>The epoch with the highest validation accuracy; the lower loss breaks ties. Null without epochs.</summary>
    public static EpochMetrics? Best(IEnumerable<EpochMetrics> history) =>
        history.OrderByDescending(epoch => epoch.ValidationAccuracy).ThenBy(epoch => epoch.ValidationLoss).FirstOrDefault();

    private static string Row(EpochMetrics epoch) =>
        string.Join(',', epoch.ToValues().Select(value => value.ToString("G9", CultureInfo.InvariantCulture)));
}
