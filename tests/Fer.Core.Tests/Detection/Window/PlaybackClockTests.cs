using Fer.Core.Detection.Window;

namespace Fer.Core.Tests.Detection.Window;

public sealed class PlaybackClockTests
{
    [Fact]
    public void A_frame_waits_until_it_is_due()
    {
        var clock = new PlaybackClock();
        Assert.Equal(TimeSpan.Zero, clock.Remaining(TimeSpan.FromSeconds(3)));
        Assert.InRange(clock.Remaining(TimeSpan.FromSeconds(4)).TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void After_a_reset_and_after_a_jump_back_the_next_frame_is_due_at_once()
    {
        var clock = new PlaybackClock();
        clock.Remaining(TimeSpan.FromSeconds(3));
        clock.Reset();
        Assert.Equal(TimeSpan.Zero, clock.Remaining(TimeSpan.FromSeconds(9)));
        Assert.Equal(TimeSpan.Zero, clock.Remaining(TimeSpan.FromSeconds(1)));
    }
}
