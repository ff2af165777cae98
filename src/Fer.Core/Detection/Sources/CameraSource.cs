using System.Diagnostics;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>A camera, for as long as it gives images.</summary>
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
    /// <exception cref="FerException">It is missing, forbidden or busy.</exception>
    public static CameraSource Open(int index)
    {
        var device = $"/dev/video{index}";
        if (!File.Exists(device))
        {
            string[] others = Directory.Exists("/dev") ? [.. Directory.GetFiles("/dev", "video*").Order(StringComparer.Ordinal)] : [];
            var hint = others.Length == 0 ? "no camera is connected; plug one in, or read a file with --input" : $"there are {string.Join(", ", others)}";
            throw new FerException($"camera {index} ({device}) not found: {hint}");
        }

        try
        {
            using var probe = File.OpenHandle(device);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new FerException($"camera {index} ({device}) may not be read by this user; add the user to the group 'video' and log in again", failure);
        }
        catch (IOException)
        {
            // Busy, or not to be opened so: let OpenCV try.
        }

        return new CameraSource(new VideoCapture(index, VideoCaptureAPIs.V4L2), device, $"camera {index} ({device}) gives no image; close other programs that use it, or choose another one");
    }

    public bool Read(Frame frame, CancellationToken token)
    {
        if (token.IsCancellationRequested || !(_hasNext || _capture.Grab()) || !_capture.Retrieve(frame.Image) || frame.Image.Empty())
        {
            return false;
        }

        _hasNext = false;
        _started = _number == 0 ? Stopwatch.GetTimestamp() : _started;
        frame.Number = _number++;
        frame.Time = Stopwatch.GetElapsedTime(_started);
        frame.TakenAt = DateTimeOffset.UtcNow;
        frame.Source = _name;
        frame.IsStill = false;
        return true;
    }

    public bool Skip()
    {
        _number++;
        return _capture.Grab();
    }

    public void Dispose() => _capture.Dispose();
}
