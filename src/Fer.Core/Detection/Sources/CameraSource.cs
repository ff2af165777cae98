using System.Diagnostics;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>A camera attached to this machine, by Video4Linux.</summary>
internal sealed class CameraSource : IFrameSource
{
    private readonly VideoCapture _capture;
    private readonly string _name;
    private bool _hasNext = true;
    private long _number;
    private long _started;

    private CameraSource(VideoCapture capture, string name, string failure)
    {
        _capture = capture;
        _name = name;
        if (!capture.IsOpened() || !capture.Grab())
        {
            capture.Dispose();
            throw new FerException(failure);
        }

        var rate = capture.Fps;
        FramesPerSecond = double.IsFinite(rate) && rate is > 0 and < 1000 ? rate : 0;
    }

    public bool IsLive => true;

    public double FramesPerSecond { get; }

    /// <summary>Opens a camera.</summary>
    /// <exception cref="FerException">It is missing, busy, or this user has no access to it.</exception>
    public static CameraSource Open(int index)
    {
        var device = $"/dev/video{index}";
        if (!File.Exists(device))
        {
            string[] others = Directory.Exists("/dev") ? [.. Directory.GetFiles("/dev", "video*").Order(StringComparer.Ordinal)] : [];
            var hint = others.Length == 0
                ? "no camera is connected; connect one, or read a file with --input"
                : $"there are {string.Join(", ", others)}";
            throw new FerException($"camera {index} ({device}) not found: {hint}");
        }

        try
        {
            using var probe = File.OpenHandle(device);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new FerException($"camera {index} ({device}) cannot be read by this user; add the user to the group 'video' and log in again", cause);
        }
        catch (IOException)
        {
            // Busy, or a device that cannot be opened as a file: OpenCV decides.
        }

        var failure = $"camera {index} ({device}) delivers no frame; close other programs that use it, or choose another camera";
        return new CameraSource(new VideoCapture(index, VideoCaptureAPIs.V4L2), device, failure);
    }

    public bool Read(Frame frame, CancellationToken token)
    {
        if (token.IsCancellationRequested || !(_hasNext || _capture.Grab()) || !_capture.Retrieve(frame.Image) || frame.Image.Empty())
        {
            return false;
        }

        _hasNext = false;
        _started = _number == 0 ? Stopwatch.GetTimestamp() : _started;
        frame.Fill(_number++, Stopwatch.GetElapsedTime(_started), _name, takenAt: DateTimeOffset.UtcNow);
        return true;
    }

    public bool Skip()
    {
        _number++;
        return _capture.Grab();
    }

    public void Dispose() => _capture.Dispose();
}
