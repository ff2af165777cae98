using System.Diagnostics;
using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>
/// The window. It shows a file at the file's own speed, waits for a key at every still image, and answers keys while
/// it waits. Made, used and disposed of on the main thread, as HighGUI wants.
/// </summary>
/// <param name="overlay">Draws the faces.</param>
/// <param name="options">How the window looks and behaves.</param>
/// <param name="token">Ends pauses and waiting.</param>
public sealed class WindowSink(FaceOverlay overlay, WindowOptions options, CancellationToken token) : IFrameSink
{
    private static readonly TimeSpan MessageLength = TimeSpan.FromSeconds(2.5);

    // A live source that is silent for longer is worth a notice.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly HighGuiWindow _window = new(options.Title);
    private readonly Canvas _faces = new();
    private readonly Canvas _view = new();
    private readonly FrameClock _clock = new();
    private readonly PlaybackClock _playback = new();
    private readonly WindowRecording _recording = new(options);
    private long _lastFrameAt = Stopwatch.GetTimestamp();
    private long _resumedAt;
    private TimeSpan _interval;
    private long _messageAt;
    private string? _message;
    private bool _isPaused, _showsHelp, _quits, _continues;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        while (!options.IsLive && !frame.IsStill && _playback.Remaining(frame.Time) is { Ticks: > 0 } early && !Ends)
        {
            Answer((int)Math.Clamp(early.TotalMilliseconds, 1, 20), null);
        }

        if (options.IsLive && frame.ArrivedAt < _resumedAt)
        {
            // Waited in the pipeline through the pause: not what the camera sees now.
            return !Ends;
        }

        _interval = Stopwatch.GetElapsedTime(_lastFrameAt);
        _lastFrameAt = Stopwatch.GetTimestamp();
        overlay.Draw(frame, _faces);
        _recording.Write(_faces.Image);
        _clock.Show(frame.ArrivedAt);
        Show(frame);
        Answer(1, frame);
        _continues = false;
        while (!Ends && (_isPaused || (frame.IsStill && !_continues)))
        {
            Answer(25, frame);
            Show(frame);
            _playback.Rest();
            _clock.Rest();
            _resumedAt = _lastFrameAt = Stopwatch.GetTimestamp();
        }

        return !Ends;
    }

    /// <inheritdoc/>
    public bool Idle(string? notice)
    {
        if (_window.IsOpen)
        {
            var isSilent = options.IsLive && Stopwatch.GetElapsedTime(_lastFrameAt) is var silence && silence > Silence && silence > 3 * _interval;
            if (notice is not null || isSilent)
            {
                _clock.Rest();
                Show(null, notice ?? "waiting for the camera");
            }

            Answer(1, null);
        }

        return !Ends;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window.Dispose();
        _faces.Dispose();
        _view.Dispose();
        _recording.Dispose();
    }

    private bool Ends => _quits || token.IsCancellationRequested;

    /// <summary>Puts the faces, and over them whatever else there is to say, on the screen.</summary>
    private void Show(Frame? frame, string? notice = null)
    {
        _view.CopyFrom(_faces);
        if (frame is { IsStill: false })
        {
            StatusOverlay.DrawSpeed(_view, _clock.Text(withLatency: options.IsLive));
        }

        if (_recording.Length is { } length)
        {
            StatusOverlay.DrawRecording(_view, length);
        }

        if (frame is null)
        {
            _view.Shade(new Rect(0, 0, _view.Width, _view.Height));
        }

        if (_showsHelp)
        {
            StatusOverlay.DrawHelp(_view);
        }

        var isFresh = _message is not null && Stopwatch.GetElapsedTime(_messageAt) < MessageLength;
        if ((isFresh ? _message : notice ?? Notice(frame)) is { } text)
        {
            StatusOverlay.DrawNotice(_view, text);
        }

        _window.Show(_view.Image);
    }

    private string? Notice(Frame? frame) => _isPaused ? "paused - space goes on" : frame?.Faces.Count == 0 ? "no face" : null;

    private void Answer(int milliseconds, Frame? frame)
    {
        switch (_window.WaitKey(milliseconds))
        {
            case HighGuiWindow.Closed or HighGuiWindow.Escape or 'q' or 'Q':
                _quits = true;
                break;
            case ' ' when !options.IsStill:
                _isPaused = !_isPaused;
                break;
            case 'b' or 'B':
                overlay.ShowsBars = !overlay.ShowsBars;
                if (frame is not null)
                {
                    overlay.Draw(frame, _faces);
                }

                break;
            case 's' or 'S' when !_faces.Image.Empty():
                Say(_recording.Snapshot(_faces.Image));
                break;
            case 'r' or 'R' when !_faces.Image.Empty():
                Say(_recording.Toggle(_faces.Image));
                break;
            case 'h' or 'H':
                _showsHelp = !_showsHelp;
                break;
            case >= 0:
                // Any other key goes on to the next image.
                _continues = true;
                break;
        }
    }

    private void Say(string message)
    {
        _message = message;
        _messageAt = Stopwatch.GetTimestamp();
    }
}
