using System.Diagnostics;

namespace Fer.Core.Detection.Window;

/// <summary>
/// What the window is doing: playing, paused, waiting at a still image for a key, or ending. Frames of a file are shown
/// when they are due, those of a live source immediately.
/// </summary>
internal sealed class Playback(bool isLive, CancellationToken token)
{
    // A live source without a frame for longer than this deserves a message.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    private readonly PlaybackClock _clock = new();
    private long _lastFrameAt = Stopwatch.GetTimestamp();
    private long _resumedAt;
    private TimeSpan _interval;
    private bool _hasQuit, _hasAdvanced;

    public bool IsPaused { get; private set; }

    public bool HasEnded => _hasQuit || token.IsCancellationRequested;

    /// <summary>Whether a live source has been without a frame for much longer than its usual interval.</summary>
    public bool IsSilent
    {
        get
        {
            var silence = Stopwatch.GetElapsedTime(_lastFrameAt);
            return isLive && silence > SilenceLimit && silence > 3 * _interval;
        }
    }

    public void Quit() => _hasQuit = true;

    public void TogglePause() => IsPaused = !IsPaused;

    /// <summary>Leaves a still image.</summary>
    public void Advance() => _hasAdvanced = true;

    /// <summary>How long until a frame is due; zero or less if it is due now.</summary>
    public TimeSpan Remaining(Frame frame) => isLive || frame.IsStill ? TimeSpan.Zero : _clock.Remaining(frame.Time);

    /// <summary>Whether a live frame waited in the pipeline during a pause, and is no longer what the camera sees.</summary>
    public bool IsStale(Frame frame) => isLive && frame.ArrivedAt < _resumedAt;

    /// <summary>Notes that a frame is shown now.</summary>
    public void Show()
    {
        _interval = Stopwatch.GetElapsedTime(_lastFrameAt);
        _lastFrameAt = Stopwatch.GetTimestamp();
    }

    /// <summary>Begins to wait for a key, if the frame is a still image. Keys from before do not count.</summary>
    public void Wait() => _hasAdvanced = false;

    /// <summary>Whether the frame stays on the screen: playback is paused, or a still image waits for a key.</summary>
    public bool Holds(Frame frame) => !HasEnded && (IsPaused || (frame.IsStill && !_hasAdvanced));

    /// <summary>Restarts all clocks, so that the time for which a frame was held does not count.</summary>
    public void SkipTime()
    {
        _clock.Reset();
        _resumedAt = _lastFrameAt = Stopwatch.GetTimestamp();
    }
}
