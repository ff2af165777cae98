using System.Diagnostics;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>
/// Four stages, each on its own thread: capture, detect, classify, and deliver to the sinks, the last on the caller's
/// thread (HighGUI requires the main thread). A handful of frames circulates between them. A live source is processed
/// with the lowest latency: the newest frame is taken and older ones are dropped. A file is processed completely, in order.
/// </summary>
public sealed class DetectionLoop(IFrameSource source, EmotionPipeline pipeline, IReadOnlyList<IFrameSink> sinks, LoopOptions options)
{
    // One frame in each stage and one waiting before each.
    private const int FrameCount = 7;

    // Single images: so many are classified in one forward pass, if as many are waiting, and as many wait before and behind it.
    private const int StillBatch = 16, StillFrameCount = FrameCount + 2 * StillBatch;

    // Bytes of single images in all stages: two photographs of 24 megapixels, or thousands of crops.
    private const long StillMemory = 192 << 20;

    // Being detected, classified and shown: more frames of a live source in the pipeline would only add latency.
    private const int LiveFramesInPipeline = 3;

    // How often the sinks are called while no frame arrives, which is how often the window handles its keys.
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(10);

    // Reading from a camera that delivers nothing cannot be interrupted; the process must end anyway.
    private static readonly TimeSpan CaptureStopTimeout = TimeSpan.FromSeconds(2);

    private readonly BoundedQueue<Frame> _unused = new(StillFrameCount);
    private readonly BoundedQueue<Frame> _captured = new(1);
    private readonly BoundedQueue<Frame> _detected = new(source.IsStill ? StillBatch : 1);
    private readonly BoundedQueue<Frame> _classified = new(source.IsStill ? StillBatch : 1);
    private readonly ImageMemory? _memory = source.IsStill ? new ImageMemory(StillMemory) : null;
    private long _dropped;

    /// <summary>Runs until the source ends, a sink ends the run, or the token is canceled.</summary>
    /// <remarks>Disposes the source unless it hangs; pipeline and sinks remain the caller's.</remarks>
    /// <exception cref="FerException">The source or a sink failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the sinks hold the frames before that.</exception>
    public DetectionSummary Run(CancellationToken token)
    {
        Frame[] frames = [.. Enumerable.Range(0, source.IsStill ? StillFrameCount : FrameCount).Select(_ => new Frame())];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var room = new SemaphoreSlim(source.IsLive ? LiveFramesInPipeline : frames.Length);
        var capture = Start("capture", () => Capture(stop.Token), _captured);
        var detect = Start("detect", () => Detect(room, stop.Token), _detected);
        var classify = Start("classify", () => Classify(stop.Token), _classified);
        try
        {
            Array.ForEach(frames, frame => _unused.Put(frame, token));
            return Deliver(room, token);
        }
        finally
        {
            stop.Cancel();
            // These two always finish their current frame, and must do so before detector and network are disposed of.
            detect.Join();
            classify.Join();
            if (capture.Join(CaptureStopTimeout))
            {
                source.Dispose();
                Array.ForEach(frames, frame => frame.Dispose());
            }
        }
    }

    /// <summary>Runs a stage on its own thread and passes its end, or its failure, to the next.</summary>
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
                // Of any type: it is thrown again on the caller's thread.
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
            if (options.Mirror && frame.Failure is null)
            {
                Cv2.Flip(frame.Image, frame.Image, FlipMode.Y);
            }

            _memory?.Take(frame, stop);
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

    private void Detect(SemaphoreSlim room, CancellationToken stop)
    {
        while (true)
        {
            // First wait for room in the pipeline, then take the frame that is the newest by then.
            room.Wait(stop);
            if (!_captured.TryTake(out var frame, Timeout.InfiniteTimeSpan, stop))
            {
                return;
            }

            frame.Dropped = Interlocked.Read(ref _dropped);
            pipeline.Detect(frame);
            _detected.Put(frame, stop);
        }
    }

    private void Classify(CancellationToken stop)
    {
        var batch = new List<Frame>();
        while (_detected.TryTake(out var frame, Timeout.InfiniteTimeSpan, stop))
        {
            batch.Clear();
            batch.Add(frame);
            // Nothing waits for a batch to fill up: it grows where the network is slower than the stages before it.
            _detected.TakeReady(batch, source.IsStill ? StillBatch : 1);
            pipeline.Classify(batch);
            batch.ForEach(done => _classified.Put(done, stop));
        }
    }

    private DetectionSummary Deliver(SemaphoreSlim room, CancellationToken token)
    {
        long frames = 0, withFaces = 0, failed = 0;
        var started = 0L;
        var isWanted = true;
        while (isWanted && (options.MaxFrames is not { } limit || frames < limit))
        {
            if (!_classified.TryTake(out var frame, IdleInterval, token))
            {
                if (_classified.IsFinished)
                {
                    break;
                }

                isWanted = sinks.All(sink => sink.Idle(source.Status));
                continue;
            }

            if (frames == 0)
            {
                started = frame.ArrivedAt;
            }

            frames++;
            withFaces += frame.DetectedFaces.Any() ? 1 : 0;
            failed += frame.Failure is null ? 0 : 1;
            foreach (var sink in sinks)
            {
                isWanted &= sink.Write(frame);
            }

            _memory?.Return(frame);
            room.Release();
            _unused.Put(frame, token);
        }

        token.ThrowIfCancellationRequested();
        var elapsed = frames == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started);
        return new DetectionSummary(frames - failed, withFaces, Interlocked.Read(ref _dropped), elapsed) { Failed = failed };
    }
}
