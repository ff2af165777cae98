using System.Diagnostics;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>Snapshots and recordings that the user saves with a key. Files are named by the time; every action returns a message.</summary>
/// <param name="options">The folder and the rate.</param>
/// <param name="cancellation">Tells that the run is stopping.</param>
internal sealed class WindowRecording(WindowOptions options, CancellationToken cancellation) : IDisposable
{
    private VideoRecorder? _recorder;
    private string _path = "";
    private long _startedAt;

    /// <summary>The length of the current recording; null if there is none.</summary>
    public TimeSpan? Length => _recorder is null ? null : Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Adds a frame to the current recording, if there is one. It keeps real time, except that long pauses are shortened.</summary>
    /// <returns>Why the recording has ended; null otherwise.</returns>
    public string? Write(Mat image)
    {
        try
        {
            if (Length is { } time)
            {
                _recorder!.Write(image, time);
            }

            return null;
        }
        catch (FerException failure)
        {
            return Abandon(failure);
        }
    }

    /// <summary>Saves a snapshot.</summary>
    public string Snapshot(Mat image)
    {
        var path = NewPath(".png");
        try
        {
            ImageFile.Write(path, image);
            return $"saved {Path.GetFileName(path)}";
        }
        catch (FerException failure)
        {
            return $"not saved: {failure.Message}";
        }
    }

    /// <summary>Starts or ends a recording.</summary>
    public string Toggle(Mat image)
    {
        try
        {
            if (_recorder is not null)
            {
                Dispose();
                return $"saved {Path.GetFileName(_path)}";
            }

            _path = NewPath(".mp4");
            var size = AnnotatedVideoSink.EvenSize(image.Size());
            _recorder = new VideoRecorder(_path, options.FramesPerSecond, size, isLive: true) { Cancellation = cancellation };
            _startedAt = Stopwatch.GetTimestamp();
            // A recording that ends before the next frame contains this one.
            _recorder.Write(image, TimeSpan.Zero);
            return $"recording to {Path.GetFileName(_path)}";
        }
        catch (FerException failure)
        {
            return Abandon(failure);
        }
    }

    public void Dispose()
    {
        var finished = _recorder;
        _recorder = null;
        finished?.Dispose();
    }

    /// <summary>The run goes on without the recording.</summary>
    private string Abandon(FerException failure)
    {
        try
        {
            Dispose();
        }
        catch (FerException)
        {
            // The first failure is the reason.
        }

        return failure.Message;
    }

    private string NewPath(string extension) => Path.Combine(options.Folder, $"fer-{DateTime.Now:yyyyMMdd-HHmmss-fff}{extension}");
}
