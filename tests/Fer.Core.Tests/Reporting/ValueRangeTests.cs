using Fer.Core.Reporting;

namespace Fer.Core.Tests.Reporting;

public sealed class ValueRangeTests
{
    [Theory]
    [InlineData(1.7)]
    [InlineData(1.9, 1.7, 1.6, 1.65)]
    [InlineData(2.1, 0.0004)]
    [InlineData(0.0, 0.0)]
    [InlineData(250_000.0, 249_000.0)]
    public void All_of_a_few_losses_are_on_the_chart(params double[] losses)
    {
        var range = ValueRange.OfLosses(losses);

        Assert.All(losses, loss => Assert.InRange(loss, range.Low, range.High));
        Assert.InRange(range.Ticks.Count, 2, 12);
        Assert.Equal(range.Ticks.Count, range.Ticks.Select(tick => tick.ToString($"F{range.Decimals}")).Distinct().Count());
    }

    [Fact]
    public void One_wild_loss_does_not_press_the_others_flat()
    {
        double[] losses = [40, .. Enumerable.Range(0, 39).Select(epoch => 1 + 0.8 * Math.Exp(-epoch / 8.0))];

        var range = ValueRange.OfLosses(losses);

        Assert.InRange(range.High, 1.8, 3);
        Assert.InRange(range.Low, -0.5, 1);
    }

    [Fact]
    public void A_loss_that_falls_far_is_shown_from_its_beginning()
    {
        double[] losses = [.. Enumerable.Range(0, 100).Select(epoch => 0.02 + 1.9 * Math.Exp(-epoch / 20.0))];

        Assert.InRange(losses[0], 0, ValueRange.OfLosses(losses).High);
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.26)]
    [InlineData(0.31, 0.69)]
    public void The_axis_of_accuracies_holds_them_and_names_no_share_beyond_0_or_100_percent(params double[] accuracies)
    {
        var range = ValueRange.OfAccuracies(accuracies);

        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, range.Low, range.High));
        Assert.All(range.Ticks, tick => Assert.InRange(tick, 0, 1));
    }
}
