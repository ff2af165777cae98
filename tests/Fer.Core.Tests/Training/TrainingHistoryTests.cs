using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class TrainingHistoryTests
{
    private static readonly EpochMetrics[] History =
    [
        new(1, 0.1, 1, 0.5, 0.9, 0.80, 1, 1, 0.50, 0.55),
        new(2, 0.1, 1, 0.5, 0.8, 0.70, 1, 1, 0.65, 0.60),
        new(3, 0.1, 1, 0.5, 0.7, 0.70, 1, 1, 0.60, 0.66),
        new(4, 0.1, 1, 0.5, 0.6, 0.60, 1, 1, 0.40, 0.50),
    ];

    [Theory]
    [InlineData(BestEpochCriterion.Accuracy, 1)]
    [InlineData(BestEpochCriterion.BalancedAccuracy, 2)]
    [InlineData(BestEpochCriterion.MacroF1, 3)]
    [InlineData(BestEpochCriterion.Loss, 4)]
    public void The_criterion_decides_which_epoch_is_the_best(BestEpochCriterion criterion, int best) =>
        Assert.Equal(best, TrainingHistory.Best(History, criterion)!.Epoch);

    [Fact]
    public void Rows_of_release_0_1_lack_the_figures_of_balance()
    {
        var epoch = EpochMetrics.FromValues(History[0].ToValues()[..EpochMetrics.FirstValueCount]);

        Assert.Equal(History[0].ValidationAccuracy, epoch.ValidationAccuracy);
        Assert.True(double.IsNaN(epoch.ValidationMacroF1));
    }
}
