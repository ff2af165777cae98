using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>A video file, frame by frame.</summary>
internal sealed class VideoSource : IFrameSource
{
    private readonly string _path;
    private readonly SourceOptions _options;
    private readonly VideoCapture _capture;
    private readonly long _frameCount;
    private long _number;
    private TimeSpan _time;

    /// <summary>Opens a video and grabs its first frame. A video is one item of the input: the first shard has all of it.</summary>
    /// <exception cref="FerException">It cannot be read.</exception>
    public VideoSource(string path, SourceOptions options)
    {
        _path = path;
        _options = options;
        // A full path: FFmpeg would take a name with a colon for a URL.
        _capture = new VideoCapture(Path.GetFullPath(path), VideoCaptureAPIs.FFMPEG);
        try
        {
            if (!_capture.IsOpened())
            {
                throw new FerException($"{path} is damaged, or not an image or video that can be read");
            }

            var rate = _capture.Fps;
            FramesPerSecond = double.IsFinite(rate) && rate is > 0 and < 1000 ? rate : 25;
            _frameCount = Math.Max(0, (long)_capture.Get(VideoCaptureProperties.FrameCount));
            if (!options.Shard.Contains(0))
            {
                // Tracks and smoothing would differ from those of the whole run wherever a video is cut.
                options.Warn($"{path} is not divided: shard 1/{options.Shard.Count} processes the whole video");
                _number = -1;
            }
            else if (!_capture.Grab())
            {
                throw new FerException($"{path} is a video without a readable frame; it may be damaged");
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
        // The next frame has been grabbed already; it is decoded only now that it is needed.
        if (token.IsCancellationRequested || !HasNext() || !_capture.Retrieve(frame.Image) || frame.Image.Empty())
        {
            return false;
        }

        _time = TimeOf(_number);
        frame.Fill(_number, _time, _path);
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

    private bool HasNext() => _number >= 0;

    private void Advance()
    {
        _number++;
        if (_capture.Grab())
        {
            return;
        }

        if (_number < _frameCount * 9 / 10)
        {
            _options.Warn($"{_path} ends after {_number} of {_frameCount} frames; it may be damaged");
        }

        _number = -1;
    }

    /// <summary>The file's timestamp if it increases, else one frame interval after the previous time.</summary>
    private TimeSpan TimeOf(long number)
    {
        var stamp = TimeSpan.FromMilliseconds(Math.Max(0, _capture.Get(VideoCaptureProperties.PosMsec)));
        return number == 0 || stamp > _time ? stamp : _time + TimeSpan.FromSeconds(1 / FramesPerSecond);
    }
}
