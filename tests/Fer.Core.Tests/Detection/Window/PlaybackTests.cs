using System.Diagnostics;
using Fer.Core.Detection;
using Fer.Core.Detection.Window;

namespace Fer.Core.Tests.Detection.Window;

public sealed class PlaybackTests
{
    private static Frame FrameAt(double seconds, bool isStill = false)
    {
        var frame = new Frame { ArrivedAt = Stopwatch.GetTimestamp() };
        frame.Fill(0, TimeSpan.FromSeconds(seconds), "script", isStill: isStill);
        return frame;
    }

    [Fact]
    public void A_frame_of_a_file_waits_until_it_is_due_and_a_live_frame_does_not()
    {
        using Frame first = FrameAt(3), second = FrameAt(5);
        var file = new Playback(isLive: false, CancellationToken.None);
        var live = new Playback(isLive: true, CancellationToken.None);
        file.Remaining(first);

        Assert.InRange(file.Remaining(second).TotalSeconds, 0.5, 2);
        Assert.Equal(TimeSpan.Zero, live.Remaining(second));
    }

    [Fact]
    public void A_still_image_is_held_until_a_key_advances_it()
    {
        using var image = FrameAt(0, isStill: true);
        var playback = new Playback(isLive: false, CancellationToken.None);
        playback.Advance();
        playback.Wait();
        Assert.True(playback.Holds(image));

        playback.Advance();

        Assert.False(playback.Holds(image));
    }

    [Fact]
    public void Live_frames_from_before_the_end_of_a_pause_are_stale()
    {
        using var waiting = FrameAt(0);
        var playback = new Playback(isLive: true, CancellationToken.None);
        Assert.False(playback.IsStale(waiting));
        playback.TogglePause();
        Assert.True(playback.Holds(waiting));

        playback.SkipTime();
        playback.TogglePause();
        using var recent = FrameAt(1);

        Assert.True(playback.IsStale(waiting));
        Assert.False(playback.IsStale(recent));
        Assert.False(playback.Holds(recent));
    }

    [Fact]
    public void Quitting_and_cancellation_end_a_pause()
    {
        using var frame = FrameAt(0);
        using var cancellation = new CancellationTokenSource();
        var left = new Playback(isLive: true, CancellationToken.None);
        var canceled = new Playback(isLive: true, cancellation.Token);
        left.TogglePause();
        canceled.TogglePause();

        left.Quit();
        cancellation.Cancel();

        Assert.True(left.HasEnded && canceled.HasEnded);
        Assert.False(left.Holds(frame) || canceled.Holds(frame));
    }
}
