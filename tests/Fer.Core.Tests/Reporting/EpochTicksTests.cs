using Fer.Core.Reporting;

namespace Fer.Core.Tests.Reporting;

public sealed class EpochTicksTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(1, 36)]
    [InlineData(1, 100)]
    [InlineData(1, 1000)]
    [InlineData(1, 123_456)]
    [InlineData(41, 57)]
    public void They_are_few_start_at_the_first_epoch_and_keep_their_distance(int first, int last)
    {
        var ticks = EpochTicks.Between(first, last);

        Assert.Equal(first, ticks[0]);
        Assert.InRange(ticks.Count, 1, 13);
        Assert.All(ticks, tick => Assert.InRange(tick, first, last));
        Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.True(pair.Second - pair.First >= (last - first) / 25.0));
        Assert.True(ticks[^1] >= last - (last - first) * 0.2);
    }

    [Fact]
    public void Three_epochs_have_a_number_each()
    {
        Assert.Equal([1, 2, 3], EpochTicks.Between(1, 3));
    }
}
