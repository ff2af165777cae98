using System.Diagnostics;
using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>
/// The window. It plays a file at the file's own speed, waits for a key at every still image, and handles keys while it
/// waits. Created, used and disposed of on the main thread, as HighGUI requires.
/// </summary>
/// <param name="overlay">Draws the faces.</param>
/// <param name="options">How the window looks and behaves.</param>
/// <param name="token">Ends pauses and waiting.</param>
public sealed class WindowSink(FaceOverlay overlay, WindowOptions options, CancellationToken token) : IFrameSink
{
    private static readonly TimeSpan MessageDuration = TimeSpan.FromSeconds(2.5);

    private readonly HighGuiWindow _window = new(options.Title);
    private readonly Canvas _faces = new();
    private readonly Canvas _view = new();
    private readonly FrameRateMeter _meter = new();
    private readonly Playback _playback = new(options.IsLive, token);
    private readonly WindowRecording _recording = new(options, token);
    private string? _message;
    private long _messageAt;
    private bool _showsHelp;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        if (frame.Failure is not null)
        {
            return true;
        }

        while (!_playback.HasEnded && _playback.Remaining(frame) is { Ticks: > 0 } early)
        {
            HandleKey((int)Math.Clamp(early.TotalMilliseconds, 1, 20), null);
        }

        if (_playback.IsStale(frame))
        {
            return !_playback.HasEnded;
        }

        _playback.Show();
        overlay.Draw(frame, _faces);
        if (_recording.Write(_faces.Image) is { } ended)
        {
            ShowMessage(ended);
        }

        _meter.Count(frame.ArrivedAt);
        Show(frame);
        HandleKey(1, frame);
        _playback.Wait();
        while (_playback.Holds(frame))
        {
            HandleKey(25, frame);
            Show(frame);
            _meter.Reset();
            _playback.SkipTime();
        }

        return !_playback.HasEnded;
    }

    /// <inheritdoc/>
    public bool Idle(string? status)
    {
        if (_window.IsOpen)
        {
            if (status is not null || _playback.IsSilent)
            {
                _meter.Reset();
                Show(null, status ?? "waiting for the camera");
            }

            HandleKey(1, null);
        }

        return !_playback.HasEnded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window.Dispose();
        _faces.Dispose();
        _view.Dispose();
        _recording.Dispose();
    }

    /// <summary>Shows the last drawn faces, and over them speed, recording, help and messages.</summary>
    private void Show(Frame? frame, string? status = null)
    {
        _view.CopyFrom(_faces);
        if (frame is { IsStill: false })
        {
            StatusOverlay.DrawSpeed(_view, _meter.Text(withLatency: options.IsLive));
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

        if ((RecentMessage() ?? status ?? StatusOf(frame)) is { } text)
        {
            StatusOverlay.DrawMessage(_view, text);
        }

        _window.Show(_view.Image);
    }

    private string? RecentMessage() => Stopwatch.GetElapsedTime(_messageAt) < MessageDuration ? _message : null;

    private string? StatusOf(Frame? frame)
    {
        if (_playback.IsPaused)
        {
            return "paused - press space to resume";
        }

        return frame?.Faces.Count == 0 ? "no face" : null;
    }

    private void HandleKey(int milliseconds, Frame? frame)
    {
        switch (_window.WaitKey(milliseconds))
        {
            case HighGuiWindow.Closed or HighGuiWindow.Escape or 'q' or 'Q':
                _playback.Quit();
                break;
            case ' ' when !options.IsStill:
                _playback.TogglePause();
                break;
            case 'b' or 'B':
                overlay.ShowsBars = !overlay.ShowsBars;
                if (frame is not null)
                {
                    overlay.Draw(frame, _faces);
                }

                break;
            case 's' or 'S' when !_faces.Image.Empty():
                ShowMessage(_recording.Snapshot(_faces.Image));
                break;
            case 'r' or 'R' when !_faces.Image.Empty():
                ShowMessage(_recording.Toggle(_faces.Image));
                break;
            case 'h' or 'H':
                _showsHelp = !_showsHelp;
                break;
            case >= 0:
                // Any other key shows the next image.
                _playback.Advance();
                break;
        }
    }

    private void ShowMessage(string message)
    {
        _message = message;
        _messageAt = Stopwatch.GetTimestamp();
    }
}
