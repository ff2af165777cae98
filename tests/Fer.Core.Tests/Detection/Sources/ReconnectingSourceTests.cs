using Fer.Core.Detection;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class ReconnectingSourceTests
{
    [Fact]
    public void A_lost_camera_is_reopened_with_increasing_pauses_and_resumes()
    {
        var attempts = 0;
        var pauses = new List<double>();
        var statuses = new List<string?>();
        var warnings = new List<string>();
        ReconnectingSource? source = null;
        IFrameSource Open(CancellationToken token) =>
            attempts++ is 0 or 4 ? new ScriptedSource(3, isLive: true) : throw new FerException("unavailable");

        source = new ReconnectingSource("camera 0", Open, new SourceOptions { Warn = warnings.Add }, (pause, _) =>
        {
            pauses.Add(pause.TotalSeconds);
            statuses.Add(source!.Status);
            return false;
        });
        using (source)
        {
            using var frame = new Frame();
            var numbers = new List<long>();
            for (var i = 0; i < 6; i++)
            {
                Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
                numbers.Add(frame.Number);
            }

            Assert.Equal([0, 1, 2, 3, 4, 5], numbers);
            Assert.Equal([0.5, 1, 2, 4], pauses);
            Assert.Equal("camera 0 lost, reconnecting in 0.5 s", statuses[0]);
            Assert.Null(source.Status);
            Assert.Equal(["camera 0 lost; reconnecting", "camera 0 reconnected"], warnings);
        }
    }

    [Fact]
    public void A_stream_that_is_over_ends_instead_of_being_played_again()
    {
        var warnings = new List<string>();
        using var source = new ReconnectingSource("the stream", _ => new ScriptedSource(2, isLive: true), new SourceOptions { Warn = warnings.Add }, (_, _) => false)
        {
            HasEnded = _ => true,
        };
        using var frame = new Frame();

        Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
        Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
        Assert.False(source.Read(frame, TestContext.Current.CancellationToken));
        Assert.Equal(["the stream lost; reconnecting", "the stream has ended"], warnings);
    }

    [Fact]
    public void Pauses_keep_increasing_if_a_camera_is_lost_again_soon()
    {
        var pauses = new List<double>();
        using var source = new ReconnectingSource("camera 0", _ => new ScriptedSource(1, isLive: true), new SourceOptions(), (pause, _) =>
        {
            pauses.Add(pause.TotalSeconds);
            return false;
        });
        using var frame = new Frame();
        for (var i = 0; i < 4; i++)
        {
            Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
        }

        Assert.Equal([0.5, 1, 2], pauses);
    }

    [Fact]
    public void Whatever_a_library_throws_is_a_lost_source_or_one_expected_failure()
    {
        var attempts = 0;
        var lost = new ScriptedSource(3, isLive: true) { Before = number => _ = number == 1 ? throw new InvalidOperationException("native") : 0 };
        using var source = new ReconnectingSource("camera 0", _ => attempts++ switch
        {
            0 => lost,
            1 => throw new UriFormatException("bad address"),
            _ => new ScriptedSource(3, isLive: true),
        }, new SourceOptions(), (_, _) => false);
        using var frame = new Frame();
        Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
        Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
        Assert.Equal((3, 1), (attempts, frame.Number));

        var failure = Assert.Throws<FerException>(() => new ReconnectingSource("camera 0", _ => throw new UriFormatException("bad\naddress."), new SourceOptions()));
        Assert.Equal("camera 0 cannot be opened: bad address", failure.Message);
    }

    [Fact]
    public void A_source_that_says_why_it_failed_is_not_reopened()
    {
        var opened = 0;
        var broken = new ScriptedSource(3, isLive: true) { Before = _ => throw new FerException("sends nothing useful") };
        using var source = new ReconnectingSource("camera 0", _ => opened++ == 0 ? broken : throw new FerException("again"), new SourceOptions(), (_, _) => false);
        using var frame = new Frame();
        Assert.Throws<FerException>(() => source.Read(frame, TestContext.Current.CancellationToken));
        Assert.Equal(1, opened);
    }

    [Fact]
    public void Waiting_for_a_lost_camera_ends_with_the_run()
    {
        using var cancellation = new CancellationTokenSource();
        using var source = new ReconnectingSource("camera 0", _ => new ScriptedSource(0, isLive: true), new SourceOptions(), (_, _) =>
        {
            cancellation.Cancel();
            return true;
        });
        using var frame = new Frame();
        Assert.False(source.Read(frame, cancellation.Token));
    }

    [Fact]
    public void Ctrl_C_ends_the_first_opening_too()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => new ReconnectingSource(
            "camera 0",
            token =>
            {
                token.ThrowIfCancellationRequested();
                return new ScriptedSource(1, isLive: true);
            },
            new SourceOptions { Cancellation = cancellation.Token }));
    }

    [Fact]
    public void A_camera_that_does_not_open_at_first_is_an_error() =>
        Assert.Throws<FerException>(() => new ReconnectingSource("camera 0", _ => throw new FerException("unavailable"), new SourceOptions()));
}
