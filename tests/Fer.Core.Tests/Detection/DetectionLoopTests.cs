using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection;

public sealed class DetectionLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DetectionSummary Run(IFrameSource source, IFrameSink sink, LoopOptions? options = null, IFaceDetector? detector = null) =>
        new DetectionLoop(source, TinyNetwork.Pipeline(detector ?? new ScriptedDetector()), [sink], options ?? new LoopOptions()).Run(Token);

    [Fact]
    public void A_file_is_processed_frame_by_frame_without_loss_even_if_the_view_is_slow()
    {
        var sink = new CollectingSink
        {
            OnFrame = _ =>
            {
                Thread.Sleep(2);
                return true;
            },
        };
        var summary = Run(new ScriptedSource(60), sink);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => ((long)i, i)), sink.Frames.Select(frame => (frame.Number, frame.Brightness)));
        Assert.Equal((60, 0), (summary.Frames, summary.Dropped));
    }

    [Fact]
    public void Of_a_live_source_the_newest_frame_is_shown_and_older_ones_are_dropped_and_counted()
    {
        const int frames = 300;
        const int slow = 5;
        var source = new ScriptedSource(frames, isLive: true) { Before = _ => Thread.Sleep(1) };
        var sink = new CollectingSink();
        sink = new CollectingSink
        {
            // The view blocks until the source has delivered all frames.
            OnFrame = _ => sink.Frames.Count != slow || SpinWait.SpinUntil(() => source.Position == frames, TimeSpan.FromSeconds(30)),
        };
        var summary = Run(source, sink);
        Assert.Equal(frames, summary.Frames + summary.Dropped);
        Assert.True(summary.Dropped > summary.Frames, $"{summary.Dropped} dropped");
        Assert.Equal(sink.Frames.Select(frame => frame.Number).Order(), sink.Frames.Select(frame => frame.Number));
        Assert.All(sink.Frames, frame => Assert.Equal(frame.Number % 256, frame.Brightness));
        // Two frames were in the pipeline; the next one shown is the newest.
        Assert.Equal(frames - 1, sink.Frames[^1].Number);
        Assert.InRange(sink.Frames.Count, slow + 1, slow + 3);
    }

    [Fact]
    public void Frames_without_a_face_do_not_end_the_run()
    {
        var box = new Rect(8, 8, 32, 32);
        var sink = new CollectingSink();
        var detector = new ScriptedDetector([], [box], [], [], [box]);
        var pipeline = TinyNetwork.Pipeline(detector, TrackingOptions.Raw);
        var summary = new DetectionLoop(new ScriptedSource(5, framesPerSecond: 1), pipeline, [sink], new LoopOptions()).Run(Token);
        Assert.Equal(5, summary.Frames);
        Assert.Contains(sink.Frames, frame => frame.Faces.Count == 0);
        Assert.Contains(sink.Frames, frame => frame.Faces.Count == 1);
    }

    [Fact]
    public void Every_nth_frame_keeps_its_own_number()
    {
        var sink = new CollectingSink();
        Run(new ScriptedSource(20), sink, new LoopOptions { Every = 7 });
        Assert.Equal([0, 7, 14], sink.Frames.Select(frame => frame.Number));
    }

    [Fact]
    public void The_run_ends_after_the_maximum_number_of_frames()
    {
        var source = new ScriptedSource(100);
        Assert.Equal(4, Run(source, new CollectingSink(), new LoopOptions { MaxFrames = 4 }).Frames);
        Assert.True(source.Position < 20);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public void A_sink_can_end_the_run_after_any_frame()
    {
        var sink = new CollectingSink { OnFrame = frame => frame.Number < 2 };
        Assert.Equal(3, Run(new ScriptedSource(100), sink).Frames);
    }

    [Fact]
    public void The_status_of_a_waiting_source_reaches_the_sinks_which_can_end_the_run()
    {
        using var lost = new ManualResetEventSlim();
        var source = new ScriptedSource(2, isLive: true)
        {
            Status = "camera lost",
            Before = number =>
            {
                if (number == 1)
                {
                    lost.Wait(TimeSpan.FromSeconds(5), Token);
                }
            },
        };
        var sink = new CollectingSink { OnIdle = status => status is null };
        Run(source, sink);
        lost.Set();
        Assert.Equal("camera lost", sink.Statuses[^1]);
    }

    [Fact]
    public void A_failure_of_the_source_reaches_the_caller_after_the_frames_before_it()
    {
        var sink = new CollectingSink();
        var source = new ScriptedSource(10) { Before = number => { if (number == 3) { throw new FerException("the file is damaged"); } } };
        Assert.Equal("the file is damaged", Assert.Throws<FerException>(() => Run(source, sink)).Message);
        Assert.Equal(3, sink.Frames.Count);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public void Canceling_ends_the_run_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        var sink = new CollectingSink
        {
            OnFrame = frame =>
            {
                if (frame.Number == 5)
                {
                    cancellation.Cancel();
                }

                return true;
            },
        };
        var loop = new DetectionLoop(new ScriptedSource(1000), TinyNetwork.Pipeline(new ScriptedDetector()), [sink], new LoopOptions());
        Assert.ThrowsAny<OperationCanceledException>(() => loop.Run(cancellation.Token));
        Assert.Equal(6, sink.Frames.Count);
    }

    [Fact]
    public void A_frame_is_mirrored_before_the_other_stages_see_it()
    {
        var sink = new CollectingSink();
        Run(new OneImage([1, 5, 7, 9]), sink, new LoopOptions { Mirror = true });
        Assert.Equal(9, Assert.Single(sink.Frames).Brightness);
    }

    /// <summary>An image of one row.</summary>
    private sealed class OneImage(byte[] row) : IFrameSource
    {
        private bool _isOver;

        public bool IsLive => false;

        public double FramesPerSecond => 0;

        public bool Read(Frame frame, CancellationToken token)
        {
            using var gray = Mat.FromPixelData(1, row.Length, MatType.CV_8UC1, row);
            Cv2.CvtColor(gray, frame.Image, ColorConversionCodes.GRAY2BGR);
            (var wasOver, _isOver) = (_isOver, true);
            return !wasOver;
        }

        public bool Skip() => false;

        public void Dispose()
        {
        }
    }
}
