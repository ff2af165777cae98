using System.Diagnostics;
using Fer.Core.Detection;
using OpenCvSharp;

namespace Fer.Core.Benchmarking;

/// <summary>
/// Images from memory, there and back again without end, so that no jump disturbs the following of faces and no
/// decoding disturbs the clock.
/// </summary>
/// <param name="images">Stay the caller's.</param>
/// <param name="framesPerSecond">Of the source's time.</param>
/// <param name="isLive">Whether images come at that pace, as from a camera, or as fast as they are wanted.</param>
/// <param name="length">How many there are in all.</param>
internal sealed class RepeatedSource(IReadOnlyList<Mat> images, double framesPerSecond, bool isLive, long length) : IFrameSource
{
    private long _number;
    private long _started;

    public bool IsLive => isLive;

    public double FramesPerSecond => framesPerSecond;

    /// <summary>Spent on copying images, in seconds.</summary>
    public double CopyTime { get; private set; }

    public bool Read(Frame frame, CancellationToken token)
    {
        if (token.IsCancellationRequested || _number == length)
        {
            return false;
        }

        _started = _number == 0 ? Stopwatch.GetTimestamp() : _started;
        frame.Time = TimeSpan.FromSeconds(_number / framesPerSecond);
        if (isLive && frame.Time - Stopwatch.GetElapsedTime(_started) is { Ticks: > 0 } early && token.WaitHandle.WaitOne(early))
        {
            return false;
        }

        var before = Stopwatch.GetTimestamp();
        images[PlaceOf(_number, images.Count)].CopyTo(frame.Image);
        CopyTime += Stopwatch.GetElapsedTime(before).TotalSeconds;
        frame.Number = _number++;
        frame.Source = "memory";
        return true;
    }

    public bool Skip() => ++_number < length;

    public void Dispose()
    {
        // The images are the caller's.
    }

    private static int PlaceOf(long number, int count)
    {
        var round = Math.Max(1, 2 * (count - 1));
        var place = (int)(number % round);
        return place < count ? place : round - place;
    }
}
