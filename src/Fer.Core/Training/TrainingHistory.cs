using System.Globalization;

namespace Fer.Core.Training;

/// <summary>The epochs of a training run, as rows of <c>history.csv</c>.</summary>
public static class TrainingHistory
{
    private const string Header = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds,images_per_second,validation_balanced_accuracy,validation_macro_f1";

    /// <summary>The text of <c>history.csv</c>.</summary>
    public static string ToCsv(IEnumerable<EpochMetrics> history) => string.Join('\n', history.Select(Row).Prepend(Header)) + "\n";

    /// <summary>The best epoch by a criterion; the lower loss breaks ties. Null without epochs.</summary>
    public static EpochMetrics? Best(IEnumerable<EpochMetrics> history, BestEpochCriterion criterion = BestEpochCriterion.Accuracy) =>
        history.OrderByDescending(epoch => Score(epoch, criterion)).ThenBy(epoch => epoch.ValidationLoss).FirstOrDefault();

    private static double Score(EpochMetrics epoch, BestEpochCriterion criterion) => criterion switch
    {
        BestEpochCriterion.BalancedAccuracy => epoch.ValidationBalancedAccuracy,
        BestEpochCriterion.MacroF1 => epoch.ValidationMacroF1,
        BestEpochCriterion.Loss => -epoch.ValidationLoss,
        _ => epoch.ValidationAccuracy,
    };

    private static string Row(EpochMetrics epoch) =>
        string.Join(',', epoch.ToValues().Select(value => value.ToString("G9", CultureInfo.InvariantCulture)));
}
