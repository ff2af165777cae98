using System.Diagnostics;

namespace Fer.Core.Detection.Window;

/// <summary>Frames per second and latency of the display, smoothed so that the numbers are readable.</summary>
internal sealed class FrameRateMeter
{
    // Time constant of the smoothing, in seconds.
    private const double Smoothing = 0.7;

    private long _last;
    private double _interval;
    private double _latency;

    /// <summary>Counts a frame that is shown now.</summary>
    /// <param name="arrivedAt">The timestamp of <see cref="Stopwatch"/> at which it arrived.</param>
    public void Count(long arrivedAt)
    {
        var latency = Stopwatch.GetElapsedTime(arrivedAt).TotalSeconds;
        if (_last == 0)
        {
            _latency = latency;
        }
        else
        {
            var interval = Stopwatch.GetElapsedTime(_last).TotalSeconds;
            var gain = 1 - Math.Exp(-interval / Smoothing);
            _interval += (interval - _interval) * (_interval == 0 ? 1 : gain);
            _latency += (latency - _latency) * gain;
        }

        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Ignores the time until the next frame, after a pause.</summary>
    public void Reset() => _last = 0;

    /// <summary>The numbers as text; empty before there are any.</summary>
    public string Text(bool withLatency)
    {
        if (_interval == 0)
        {
            return "";
        }

        var rate = $"{1 / _interval:0} fps";
        return withLatency ? $"{rate}   {_latency * 1000:0} ms" : rate;
    }
}
