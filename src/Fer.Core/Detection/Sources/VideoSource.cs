using Fer.Core.Detection.Ffmpeg;
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

    /// <param name="path">The file.</param>
    /// <param name="options">Shard and warnings.</param>
    /// <param name="capture">Has grabbed the first frame.</param>
    private VideoSource(string path, SourceOptions options, VideoCapture capture)
    {
        _path = path;
        _options = options;
        _capture = capture;
        var rate = capture.Fps;
        FramesPerSecond = double.IsFinite(rate) && rate is > 0 and < 1000 ? rate : 25;
        _frameCount = Math.Max(0, (long)capture.Get(VideoCaptureProperties.FrameCount));
        if (options.LeavesVideo(path))
        {
            _number = -1;
        }
    }

    /// <summary>Opens a video and grabs its first frame. A video is one item of the input: the first shard has all of it. What OpenCV cannot decode is left to the program ffmpeg.</summary>
    /// <exception cref="FerException">It cannot be read.</exception>
    public static IFrameSource Open(string path, SourceOptions options)
    {
        // A full path: FFmpeg would take a name with a colon for a URL.
        var fullPath = Path.GetFullPath(path);
        var capture = new VideoCapture(fullPath, VideoCaptureAPIs.FFMPEG);
        try
        {
            if (capture.IsOpened() && capture.Grab())
            {
                return new VideoSource(path, options, capture);
            }
        }
        catch
        {
            capture.Dispose();
            throw;
        }

        capture.Dispose();
        if (FfmpegProgram.IsInstalled)
        {
            return new FfmpegVideoSource(fullPath, path, options);
        }

        throw new FerException(VideoFormat.IsVideo(path)
            ? $"{path} is damaged, or a video that the bundled decoder lacks (AV1, for example); install the program ffmpeg, which decodes more formats"
            : $"{path} is not an image or a video of a known format");
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
        frame.FramesPerSecond = FramesPerSecond;
        frame.Progress = ProgressAt(_number + 1);
        Advance();
        return true;
    }

    public bool Skip()
    {
        if (!HasNext())
        {
            return false;
        }

        // A file without timestamps continues from here.
        _time = TimeOf(_number);
        Advance();
        return true;
    }

    public void Dispose() => _capture.Dispose();

    private double ProgressAt(long number) => _frameCount > 0 ? Math.Clamp(number / (double)_frameCount, 0, 1) : 0;

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
