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

    private const int MaxUsers = 3;

    private CameraSource(VideoCapture capture, Camera camera, CameraOptions options, Action<string> warn)
    {
        _capture = capture;
        _name = camera.Path;
        foreach (var (property, value) in options.Properties())
        {
            capture.Set(property, value);
        }

        if (!capture.IsOpened() || !capture.Grab())
        {
            capture.Dispose();
            var users = DeviceUsers.Find(camera.Path);
            throw new FerException(users.Count > 0
                ? $"camera {_name} is used by {string.Join(", ", users.Take(MaxUsers))}; close that program, or choose another camera"
                : $"camera {_name} delivers no images; close other programs that use it, choose another --camera-size, or another camera (fer-detect cameras lists them)");
        }

        var size = (capture.FrameWidth, capture.FrameHeight);
        if (options.Size is { } wanted && size != wanted)
        {
            warn($"camera {_name} delivers {size.FrameWidth}x{size.FrameHeight} instead of {wanted.Width}x{wanted.Height}; fer-detect cameras lists its sizes");
        }

        var rate = capture.Fps;
        FramesPerSecond = double.IsFinite(rate) && rate is > 0 and < 1000 ? rate : 0;
    }

    public bool IsLive => true;

    public double FramesPerSecond { get; }

    /// <summary>Opens a camera.</summary>
    /// <param name="options">Which one, and how.</param>
    /// <param name="warn">Receives one line if the camera does not deliver what was asked for.</param>
    /// <exception cref="FerException">It is missing, busy, or this user has no access to it.</exception>
    public static CameraSource Open(CameraOptions options, Action<string> warn)
    {
        var camera = CameraList.Find(options.Name, CameraList.All());
        try
        {
            using var probe = File.OpenHandle(camera.Path);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new FerException($"camera {camera.Path} cannot be read by this user; add the user to the group 'video' (sudo usermod -aG video $USER) and log in again", cause);
        }
        catch (IOException)
        {
            // Busy, or a device that cannot be opened as a file: OpenCV decides.
        }

        return new CameraSource(new VideoCapture(camera.Path, VideoCaptureAPIs.V4L2), camera, options, warn);
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
