using System.Diagnostics;
using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Benchmarking;

/// <summary>
/// Frames from memory, repeated forwards and backwards, so that tracking sees no jumps and decoding does not affect the
/// measurement.
/// </summary>
/// <param name="images">Owned by the caller.</param>
/// <param name="framesPerSecond">The frame rate in source time.</param>
/// <param name="isLive">Whether frames arrive at that rate, as from a camera, or as fast as they are read.</param>
/// <param name="length">The total number of frames.</param>
internal sealed class RepeatedSource(IReadOnlyList<Mat> images, double framesPerSecond, bool isLive, long length) : IFrameSource
{
    private long _number;
    private long _started;

    public bool IsLive => isLive;

    public double FramesPerSecond => framesPerSecond;

    /// <summary>Time spent on copying frames, in seconds.</summary>
    public double CopyTime { get; private set; }

    public bool Read(Frame frame, CancellationToken token)
    {
        if (token.IsCancellationRequested || _number == length)
        {
            return false;
        }

        _started = _number == 0 ? Stopwatch.GetTimestamp() : _started;
        var time = TimeSpan.FromSeconds(_number / framesPerSecond);
        if (isLive && time - Stopwatch.GetElapsedTime(_started) is { Ticks: > 0 } early && token.WaitHandle.WaitOne(early))
        {
            return false;
        }

        var before = Stopwatch.GetTimestamp();
        images[IndexOf(_number, images.Count)].CopyTo(frame.Image);
        CopyTime += Stopwatch.GetElapsedTime(before).TotalSeconds;
        frame.Fill(_number++, time, "memory");
        return true;
    }

    public bool Skip() => ++_number < length;

    public void Dispose()
    {
        // The caller owns the images.
    }

    private static int IndexOf(long number, int count)
    {
        var period = Math.Max(1, 2 * (count - 1));
        var position = (int)(number % period);
        return position < count ? position : period - position;
    }
}
