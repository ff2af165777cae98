using System.Diagnostics;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>How the loop treats the source.</summary>
public sealed record LoopOptions
{
    /// <summary>Looks at one image in this many.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Ends after this many images; null for all.</summary>
    public long? MaxFrames { get; init; }

    /// <summary>Flips every image left to right before anything else sees it.</summary>
    public bool Mirror { get; init; }
}

/// <summary>What a run of the loop did.</summary>
/// <param name="Frames">Images that went through all stages.</param>
/// <param name="FramesWithFaces">Those in which the detector saw a face.</param>
/// <param name="Dropped">Images of a live source that newer ones replaced.</param>
/// <param name="Elapsed">From the first image to the last.</param>
public sealed record DetectionSummary(long Frames, long FramesWithFaces, long Dropped, TimeSpan Elapsed);

/// <summary>
/// Capture, finding faces, reading emotions and display as four stages, each on its own thread, the last on the caller's
/// (HighGUI wants the main thread). A handful of frames goes round between them: of a live source the newest image is
/// recognized and older ones make way; of a file every image is, in order.
/// </summary>
public sealed class DetectionLoop(IFrameSource source, EmotionPipeline pipeline, IReadOnlyList<IFrameSink> sinks, LoopOptions options)
{
    // One frame in each stage and one waiting before each.
    private const int FramesInUse = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    // Found, being read and being shown: of a live source more would only be older by the time they are seen.
    private const int LiveFramesInWork = 3;

    // A camera that gives no image cannot be interrupted; the process must end all the same.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly BoundedQueue<Frame> _unused = new(FramesInUse);
    private readonly BoundedQueue<Frame> _captured = new(1);
    private readonly BoundedQueue<Frame> _found = new(1);
    private readonly BoundedQueue<Frame> _recognized = new(1);
    private long _dropped;

    /// <summary>Runs until the source ends, a sink has enough, or the token is canceled.</summary>
    /// <remarks>The source is disposed of, unless it hangs; pipeline and sinks stay the caller's.</remarks>
    /// <exception cref="FerException">The source or a sink failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; what came before is in the sinks.</exception>
    public DetectionSummary Run(CancellationToken token)
    {
        Frame[] frames = [.. Enumerable.Range(0, FramesInUse).Select(_ => new Frame())];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var room = new SemaphoreSlim(source.IsLive ? LiveFramesInWork : FramesInUse);
        var capture = Start("capture", () => Capture(stop.Token), _captured);
        var finding = Start("finding", () => Find(room, stop.Token), _found);
        var reading = Start("reading", () => Read(stop.Token), _recognized);
        try
        {
            Array.ForEach(frames, frame => _unused.Put(frame, token));
            return Deliver(room, token);
        }
        finally
        {
            stop.Cancel();
            // These two always finish the image at hand, and must have done so before detector and network go.
            finding.Join();
            reading.Join();
            if (capture.Join(StopPatience))
            {
                source.Dispose();
                Array.ForEach(frames, frame => frame.Dispose());
            }
        }
    }

    /// <summary>Runs a stage on its own thread and hands its end, or its failure, to the next.</summary>
    private static Thread Start(string name, Action stage, BoundedQueue<Frame> next)
    {
        var thread = new Thread(() =>
        {
            try
            {
                stage();
                next.Complete();
            }
            catch (OperationCanceledException)
            {
                next.Complete();
            }
            catch (Exception failure)
            {
                // Thrown again on the caller's thread, whatever it is.
                next.Complete(failure);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void Capture(CancellationToken stop)
    {
        while (_unused.TryTake(out var frame, Timeout.InfiniteTimeSpan, stop) && source.Read(frame, stop))
        {
            frame.ArrivedAt = Stopwatch.GetTimestamp();
            if (options.Mirror)
            {
                Cv2.Flip(frame.Image, frame.Image, FlipMode.Y);
            }

            if (!source.IsLive)
            {
                _captured.Put(frame, stop);
            }
            else if (_captured.Replace(frame) is { } older)
            {
                Interlocked.Increment(ref _dropped);
                _unused.Put(older, stop);
            }

            for (var skipped = 1; skipped < options.Every; skipped++)
            {
                if (stop.IsCancellationRequested || !source.Skip())
                {
                    return;
                }
            }
        }
    }

    private void Find(SemaphoreSlim room, CancellationToken stop)
    {
        while (true)
        {
            // First the room, then the image that is the newest by then.
            room.Wait(stop);
            if (!_captured.TryTake(out var frame, Timeout.InfiniteTimeSpan, stop))
            {
                return;
            }

            frame.Dropped = Interlocked.Read(ref _dropped);
            pipeline.Detect(frame);
            _found.Put(frame, stop);
        }
    }

    private void Read(CancellationToken stop)
    {
        while (_found.TryTake(out var frame, Timeout.InfiniteTimeSpan, stop))
        {
            pipeline.Classify(frame);
            _recognized.Put(frame, stop);
        }
    }

    private DetectionSummary Deliver(SemaphoreSlim room, CancellationToken token)
    {
        long frames = 0, withFaces = 0;
        var started = 0L;
        var wanted = true;
        while (wanted && (options.MaxFrames is not { } most || frames < most))
        {
            if (!_recognized.TryTake(out var frame, Patience, token))
            {
                if (_recognized.IsFinished)
                {
                    break;
                }

                wanted = sinks.All(sink => sink.Idle(source.Notice));
                continue;
            }

            started = frames++ == 0 ? frame.ArrivedAt : started;
            withFaces += frame.DetectedFaces.Any() ? 1 : 0;
            foreach (var sink in sinks)
            {
                wanted &= sink.Write(frame);
            }

            room.Release();
            _unused.Put(frame, token);
        }

        token.ThrowIfCancellationRequested();
        var elapsed = frames == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started);
        return new DetectionSummary(frames, withFaces, Interlocked.Read(ref _dropped), elapsed);
    }
}
