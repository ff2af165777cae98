using System.Diagnostics;

namespace Fer.Core.Detection.Window;

/// <summary>Speed and delay of what is shown, smoothed so that the figures can be read.</summary>
internal sealed class FrameClock
{
    // Seconds over which the figures are averaged.
    private const double Smoothing = 0.7;

    private long _last;
    private double _interval;
    private double _latency;

    /// <summary>Counts a frame that is shown now.</summary>
    /// <param name="arrivedAt">When it arrived, by <see cref="Stopwatch"/>.</param>
    public void Show(long arrivedAt)
    {
        var latency = Stopwatch.GetElapsedTime(arrivedAt).TotalSeconds;
        if (_last == 0)
        {
            _latency = latency;
        }
        else
        {
            var span = Stopwatch.GetElapsedTime(_last).TotalSeconds;
            var gain = 1 - Math.Exp(-span / Smoothing);
            _interval += (span - _interval) * (_interval == 0 ? 1 : gain);
            _latency += (latency - _latency) * gain;
        }

        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Passes over a pause.</summary>
    public void Rest() => _last = 0;

    /// <summary>The figures as text; empty before there are any.</summary>
    public string Text(bool withLatency) => _interval == 0 ? "" : withLatency ? $"{1 / _interval:0} fps   {_latency * 1000:0} ms" : $"{1 / _interval:0} fps";
}
