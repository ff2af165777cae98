using System.Diagnostics;

namespace Fer.Core.Detection.Window;

/// <summary>Decides when the frames of a file are due.</summary>
internal sealed class PlaybackClock
{
    // If playback is further behind, the clock restarts instead of catching up at high speed.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(200);

    private long _startedAt;
    private TimeSpan _start;

    /// <summary>How long until a frame is due; zero or less if it is due now.</summary>
    public TimeSpan Remaining(TimeSpan time)
    {
        var remaining = time - _start - Stopwatch.GetElapsedTime(_startedAt);
        if (_startedAt == 0 || remaining < -MaxDelay || time < _start)
        {
            _startedAt = Stopwatch.GetTimestamp();
            _start = time;
            return TimeSpan.Zero;
        }

        return remaining;
    }

    /// <summary>Restarts the clock with the next frame.</summary>
    public void Reset() => _startedAt = 0;
}
