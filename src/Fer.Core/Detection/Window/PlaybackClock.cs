using System.Diagnostics;

namespace Fer.Core.Detection.Window;

/// <summary>Shows the frames of a file when they are due.</summary>
internal sealed class PlaybackClock
{
    // Further behind, the clock starts anew instead of rushing through what was missed.
    private static readonly TimeSpan GreatestDelay = TimeSpan.FromMilliseconds(200);

    private long _startedAt;
    private TimeSpan _start;

    /// <summary>How long a frame is still to wait; zero or less where it is due.</summary>
    public TimeSpan Remaining(TimeSpan time)
    {
        var remaining = time - _start - Stopwatch.GetElapsedTime(_startedAt);
        if (_startedAt == 0 || remaining < -GreatestDelay || time < _start)
        {
            _startedAt = Stopwatch.GetTimestamp();
            _start = time;
            return TimeSpan.Zero;
        }

        return remaining;
    }

    /// <summary>Stops the clock until the next frame.</summary>
    public void Rest() => _startedAt = 0;
}
