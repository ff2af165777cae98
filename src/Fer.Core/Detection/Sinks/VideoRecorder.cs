using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Writes frames to an MPEG-4 file (the only software encoder for MP4 in the bundled FFmpeg). The file gets its name
/// when it is complete.
/// </summary>
internal sealed class VideoRecorder : IDisposable
{
    private const double DefaultRate = 30;

    // MPEG-4 divides a second into at most 65,535 ticks, enough for a rate with two decimals.
    private const double MinRate = 0.1, MaxRate = 600;

    // A longer gap (a pause, a disconnected camera) is shortened: it would only be a long still image.
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _keepsTime;
    private readonly double _rate;
    private readonly Mat _fitted = new();
    private readonly Size _size;
    private readonly VideoWriter _writer;
    private TimeSpan? _start;
    private TimeSpan _last;
    private long _written;

    /// <summary>Starts a recording.</summary>
    /// <param name="path">The file; its extension chooses the container.</param>
    /// <param name="rate">Frames per second, or 0 if unknown.</param>
    /// <param name="size">The size of the video; frames of another size are resized to it.</param>
    /// <param name="keepsTime">Repeats and drops frames so that the recording plays at the speed of the source.</param>
    /// <exception cref="FerException">The video cannot be written there.</exception>
    public VideoRecorder(string path, double rate, Size size, bool keepsTime)
    {
        _path = path;
        // A full path: FFmpeg would take a name with a colon for a URL.
        _temporary = Path.GetFullPath(AtomicFile.TemporaryName(path));
        _keepsTime = keepsTime;
        _rate = rate > 0 ? Math.Clamp(Math.Round(rate, 2), MinRate, MaxRate) : DefaultRate;
        _size = size;
        _writer = new VideoWriter(_temporary, VideoCaptureAPIs.FFMPEG, VideoWriter.FourCC('m', 'p', '4', 'v'), _rate, size);
        if (!_writer.IsOpened())
        {
            _writer.Dispose();
            AtomicFile.Discard(_temporary);
            throw new FerException($"no video can be written to {path}; choose a name that ends in .mp4, .mkv, .mov or .avi in a writable folder");
        }
    }

    /// <summary>Adds a frame.</summary>
    /// <param name="image">BGR.</param>
    /// <param name="time">The time of the source.</param>
    public void Write(Mat image, TimeSpan time)
    {
        if (image.Size() != _size)
        {
            Cv2.Resize(image, _fitted, _size);
            image = _fitted;
        }

        _start ??= time;
        if (time - _last > MaxGap && _written > 0)
        {
            _start += time - _last - MaxGap;
        }

        _last = time;
        var due = _keepsTime ? (long)((time - _start.Value).TotalSeconds * _rate) + 1 : _written + 1;
        for (; _written < due; _written++)
        {
            _writer.Write(image);
        }
    }

    /// <summary>Completes the file and gives it its name.</summary>
    /// <exception cref="FerException">It could not be written completely.</exception>
    public void Dispose()
    {
        _writer.Dispose();
        _fitted.Dispose();
        if (!IsComplete())
        {
            // No player opens a file without its end.
            AtomicFile.Discard(_temporary);
            throw new FerException($"{_path} could not be written completely and was deleted; check the free disk space");
        }

        File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>Whether the file contains all frames, within the rounding of containers: the encoder does not report failures.</summary>
    private bool IsComplete()
    {
        using var written = new VideoCapture(_temporary, VideoCaptureAPIs.FFMPEG);
        return written.IsOpened() && written.Get(VideoCaptureProperties.FrameCount) >= 0.99 * _written - 1;
    }
}
