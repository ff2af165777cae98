using System.Diagnostics;
using Fer.Core.Detection.Ffmpeg;
using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Writes frames to a video file: H.264 with the times and the sound of the original where the program ffmpeg is
/// installed, otherwise MPEG-4 at a constant rate. The file gets its name when it is complete.
/// </summary>
internal sealed class VideoRecorder : IDisposable
{
    private const double DefaultRate = 30;

    // How long after a signal to ffmpeg this process may take to notice its own.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // MPEG-4 divides a second into at most 65,535 ticks, enough for a rate with two decimals.
    private const double MinRate = 0.1, MaxRate = 600;

    // A longer gap of a live source (a pause, a disconnected camera) is shortened: it would only be a long still image. The
    // frames of a slow recording are as far apart.
    private const double MaxGap = 1, MaxGapInFrames = 2;

    private readonly string _path;
    private readonly string _temporary;
    private readonly string? _soundOf;
    private readonly bool _isLive;
    private readonly double _rate;
    private readonly Mat _fitted = new(), _previous = new();
    private readonly Size _size;
    private readonly IVideoEncoder _encoder;
    private TimeSpan? _start;
    private TimeSpan _last, _length;
    private long _written;
    private long? _endedAt;
    private bool _hasFailed;

    /// <summary>Starts a recording.</summary>
    /// <param name="path">The file; its extension chooses the container.</param>
    /// <param name="rate">Frames per second, or 0 if unknown.</param>
    /// <param name="size">The size of the video, of even numbers; frames of another size are resized to it.</param>
    /// <param name="isLive">Whether long gaps are shortened. Either way the recording plays at the speed of the source.</param>
    /// <param name="soundOf">A file whose sound is added; null for none.</param>
    /// <exception cref="FerException">The video cannot be written there.</exception>
    public VideoRecorder(string path, double rate, Size size, bool isLive, string? soundOf = null)
    {
        _path = path;
        // A full path: FFmpeg would take a name with a colon for a URL.
        _temporary = Path.GetFullPath(AtomicFile.TemporaryName(path));
        _isLive = isLive;
        _rate = rate > 0 ? Math.Clamp(Math.Round(rate, 2), MinRate, MaxRate) : DefaultRate;
        _size = size;
        _soundOf = soundOf;
        try
        {
            // Live, the rate is constant: a gap is a pause. AVI has no times at all.
            var keepsTimes = !isLive && !Path.GetExtension(path).Equals(".avi", StringComparison.OrdinalIgnoreCase);
            _encoder = FfmpegProgram.EncodesH264 && CanCreate() ? new H264Encoder(_temporary, _rate, size, keepsTimes) : new Mpeg4Encoder(_temporary, _rate, size);
        }
        catch (IOException failure)
        {
            AtomicFile.Discard(_temporary);
            throw new FerException($"no video can be written to {path}; choose a name that ends in .mp4, .mkv, .mov or .avi in a writable folder", failure);
        }
    }

    /// <summary>Receives one line if the sound cannot be added.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Whether this process is stopping, as ffmpeg is then.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Adds a frame.</summary>
    /// <param name="image">BGR.</param>
    /// <param name="time">The time of the source.</param>
    /// <exception cref="FerException">The video cannot be written.</exception>
    public void Write(Mat image, TimeSpan time)
    {
        if (image.Size() != _size)
        {
            Cv2.Resize(image, _fitted, _size);
            image = _fitted;
        }

        _start ??= time;
        if (_isLive)
        {
            WriteLive(image, time);
            return;
        }

        if (_encoder.KeepsTimes)
        {
            Encode(image, time - _start.Value);
            return;
        }

        // Until a frame is due, the one before it stays. Of several in the same place, the first is kept.
        var place = (long)Math.Round((time - _start.Value).TotalSeconds * _rate);
        while (_written > 0 && _written < place)
        {
            Encode(_previous);
        }

        if (_written <= place)
        {
            Encode(image);
        }

        image.CopyTo(_previous);
    }

    /// <summary>Completes the file and gives it its name.</summary>
    /// <exception cref="FerException">It could not be written completely.</exception>
    public void Dispose()
    {
        var failure = _hasFailed ? null : _encoder.Complete();
        _encoder.Dispose();
        _fitted.Dispose();
        _previous.Dispose();
        if (_hasFailed)
        {
            return;
        }

        // No player opens a file without its end.
        if (failure is not null || new FileInfo(_temporary) is not { Exists: true, Length: > 0 })
        {
            throw Incomplete(failure);
        }

        if (_encoder is H264Encoder && _soundOf is not null)
        {
            AddSound(_soundOf);
        }

        File.Move(_temporary, _path, overwrite: true);
        if (_endedAt is not null && !Cancellation.IsCancellationRequested)
        {
            // It must not pass for a recording of the whole run.
            throw EndsEarly();
        }
    }

    private void WriteLive(Mat image, TimeSpan time)
    {
        var longest = TimeSpan.FromSeconds(Math.Max(MaxGap, MaxGapInFrames / _rate));
        if (time - _last > longest && _written > 0)
        {
            _start += time - _last - longest;
        }

        _last = time;
        var due = (long)((time - _start!.Value).TotalSeconds * _rate) + 1;
        while (_written < due)
        {
            Encode(image);
        }
    }

    private void Encode(Mat image, TimeSpan? time = null)
    {
        var shownAt = time ?? TimeSpan.FromSeconds(_written / _rate);
        _written++;
        if (_endedAt is { } end)
        {
            if (Stopwatch.GetElapsedTime(end) > Grace)
            {
                throw EndsEarly();
            }

            return;
        }

        _length = shownAt + TimeSpan.FromSeconds(1 / _rate);
        try
        {
            _encoder.Write(image, shownAt);
        }
        catch (IOException)
        {
            End();
        }
    }

    /// <summary>The encoder has ended by itself: it failed, or had a signal, as this process may have in a moment.</summary>
    private void End()
    {
        _endedAt = Stopwatch.GetTimestamp();
        if (_encoder.Complete() is { } failure)
        {
            _hasFailed = true;
            throw Incomplete(failure);
        }
    }

    private FerException EndsEarly() => new($"{_path} ends early, because ffmpeg was terminated; what was recorded until then can be played");

    /// <summary>If the sound cannot be added, the video stays as it is.</summary>
    private void AddSound(string original)
    {
        var withSound = Path.GetFullPath(AtomicFile.TemporaryName(Path.Combine(Path.GetDirectoryName(_temporary)!, $"sound-{Path.GetFileName(_path)}")));
        if (H264Encoder.AddSound(_temporary, original, _start ?? TimeSpan.Zero, _length, withSound) is not { } message)
        {
            File.Move(withSound, _temporary, overwrite: true);
        }
        else
        {
            AtomicFile.Discard(withSound);
            Warn($"the sound of {original} could not be added to {_path}, which is complete without it (ffmpeg: {message})");
        }
    }

    private FerException Incomplete(string? reason)
    {
        AtomicFile.Discard(_temporary);
        return new FerException($"{_path} could not be written completely{(string.IsNullOrWhiteSpace(reason) ? "; check the free disk space" : $": {reason}")}");
    }

    /// <summary>Whether ffmpeg will find a container of this extension and a writable folder; OpenCV's own failure names them.</summary>
    private bool CanCreate()
    {
        if (!RecordingOptions.HasExtension(_path))
        {
            return false;
        }

        try
        {
            File.Create(_temporary).Dispose();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
