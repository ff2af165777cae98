using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>A video file, frame by frame.</summary>
internal sealed class VideoSource : IFrameSource
{
    private readonly string _path;
    private readonly SourceOptions _options;
    private readonly VideoCapture _capture;
    private readonly long _start;
    private readonly long _end;
    private readonly long _announced;
    private long _number;
    private TimeSpan _time;

    /// <summary>Opens a video and makes sure that it has an image.</summary>
    public VideoSource(string path, SourceOptions options)
    {
        _path = path;
        _options = options;
        // A whole path: FFmpeg would take a name with a colon for an address.
        _capture = new VideoCapture(Path.GetFullPath(path), VideoCaptureAPIs.FFMPEG);
        try
        {
            if (!_capture.IsOpened())
            {
                throw new FerException($"{path} is damaged, or neither an image nor a video that can be read");
            }

            var rate = _capture.Fps;
            FramesPerSecond = double.IsFinite(rate) && rate is > 0 and < 1000 ? rate : 25;
            _announced = Math.Max(0, (long)_capture.Get(VideoCaptureProperties.FrameCount));
            (_start, _end) = options.Shard == Shard.Whole ? (0, long.MaxValue) : Part();
            _number = _start;
            if (_number < _end && !_capture.Grab())
            {
                if (_start > 0)
                {
                    // The file announced more frames than it has.
                    _number = -1;
                    return;
                }

                throw new FerException($"{path} is a video without a readable image; it may be damaged");
            }
        }
        catch
        {
            _capture.Dispose();
            throw;
        }
    }

    public bool IsLive => false;

    public double FramesPerSecond { get; }

    public bool Read(Frame frame, CancellationToken token)
    {
        // The next image is grabbed already, and decoded only now that somebody wants it.
        if (token.IsCancellationRequested || !HasNext() || !_capture.Retrieve(frame.Image) || frame.Image.Empty())
        {
            return false;
        }

        frame.Number = _number;
        frame.Time = TimeOf(_number);
        frame.TakenAt = null;
        frame.Source = _path;
        frame.IsStill = false;
        _time = frame.Time;
        Advance();
        return true;
    }

    public bool Skip()
    {
        if (!HasNext())
        {
            return false;
        }

        Advance();
        return true;
    }

    public void Dispose() => _capture.Dispose();

    private bool HasNext() => _number >= 0 && _number < _end;

    private void Advance()
    {
        _number++;
        if (_number >= _end || _capture.Grab())
        {
            return;
        }

        if (_number < Math.Min(_end, _announced) * 9 / 10)
        {
            _options.Warn($"{_path} ends after {_number} of {_announced} frames; it may be damaged");
        }

        _number = -1;
    }

    /// <summary>The file's own time stamp where it has one that goes forward, else a frame later than the one before.</summary>
    private TimeSpan TimeOf(long number)
    {
        var stamp = TimeSpan.FromMilliseconds(Math.Max(0, _capture.Get(VideoCaptureProperties.PosMsec)));
        return number == 0 || stamp > _time ? stamp : _time + TimeSpan.FromSeconds(1 / FramesPerSecond);
    }

    private (long Start, long End) Part()
    {
        if (_announced == 0)
        {
            throw new FerException($"{_path} does not say how many frames it has, so that it cannot be divided by --shard");
        }

        var part = _options.Shard.Range(_announced);
        // What goes on after the announced end is the last part's.
        part.End = _options.Shard.Index == _options.Shard.Count ? long.MaxValue : part.End;
        if (part.Start > 0 && !_capture.Set(VideoCaptureProperties.PosFrames, part.Start))
        {
            throw new FerException($"{_path} cannot be entered at frame {part.Start}, as --shard wants");
        }

        return part;
    }
}
