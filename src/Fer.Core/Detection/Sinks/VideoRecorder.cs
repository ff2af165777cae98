using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Images to an MPEG-4 file (the one encoder for MP4 that the bundled FFmpeg has in software). The file gets its
/// name when it is complete.
/// </summary>
internal sealed class VideoRecorder : IDisposable
{
    private const double UsualRate = 30;

    // MPEG-4 counts time in parts of a second, at most 65,535 of them: two decimals of a rate are the most it can tell.
    private const double LeastRate = 0.1, MostRate = 600;

    // A longer gap (a pause, a camera that was away) is cut short: nobody wants to watch it, nor wait for its encoding.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _unfinished;
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
    /// <param name="rate">Frames a second, or 0 where nobody knows.</param>
    /// <param name="size">Of every image; others are stretched to it.</param>
    /// <param name="keepsTime">Repeats and leaves out images so that the recording runs as fast as the source did.</param>
    /// <exception cref="FerException">No video can be written there.</exception>
    public VideoRecorder(string path, double rate, Size size, bool keepsTime)
    {
        _path = path;
        // A whole path: FFmpeg would take a name with a colon for an address.
        _unfinished = Path.GetFullPath(OutputFile.Unfinished(path));
        _keepsTime = keepsTime;
        _rate = rate > 0 ? Math.Clamp(Math.Round(rate, 2), LeastRate, MostRate) : UsualRate;
        _size = size;
        _writer = new VideoWriter(_unfinished, VideoCaptureAPIs.FFMPEG, VideoWriter.FourCC('m', 'p', '4', 'v'), _rate, size);
        if (!_writer.IsOpened())
        {
            _writer.Dispose();
            OutputFile.Discard(_unfinished);
            throw new FerException($"no video can be written to {path}; name a file that ends in .mp4, .mkv, .mov or .avi in a folder that may be written to");
        }
    }

    /// <summary>Adds an image.</summary>
    /// <param name="image">BGR.</param>
    /// <param name="time">The source's time.</param>
    public void Write(Mat image, TimeSpan time)
    {
        if (image.Size() != _size)
        {
            Cv2.Resize(image, _fitted, _size);
            image = _fitted;
        }

        _start ??= time;
        if (time - _last > LongestGap && _written > 0)
        {
            _start += time - _last - LongestGap;
        }

        _last = time;
        var due = _keepsTime ? (long)((time - _start.Value).TotalSeconds * _rate) + 1 : _written + 1;
        for (; _written < due; _written++)
        {
            _writer.Write(image);
        }
    }

    /// <summary>Completes the file.</summary>
    /// <exception cref="FerException">It could not be written to its end.</exception>
    public void Dispose()
    {
        _writer.Dispose();
        _fitted.Dispose();
        if (!IsComplete())
        {
            // Without its end no player opens it.
            OutputFile.Discard(_unfinished);
            throw new FerException($"{_path} cannot be written to its end, and is given up; check the free space of the disk");
        }

        File.Move(_unfinished, _path, overwrite: true);
    }

    /// <summary>Whether the file holds all images, give or take what containers round: the encoder reports no failure.</summary>
    private bool IsComplete()
    {
        using var written = new VideoCapture(_unfinished, VideoCaptureAPIs.FFMPEG);
        return written.IsOpened() && written.Get(VideoCaptureProperties.FrameCount) >= 0.99 * _written - 1;
    }
}
