using System.Diagnostics;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Detection.Window;

/// <summary>What the viewer saves with a key: snapshots and recordings, named by the time, each with a line that says so.</summary>
internal sealed class WindowRecording(WindowOptions options) : IDisposable
{
    private VideoRecorder? _recorder;
    private string _path = "";
    private long _startedAt;

    /// <summary>How long the recording runs; null while there is none.</summary>
    public TimeSpan? Length => _recorder is null ? null : Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Adds an image to the recording, if one runs. It keeps to the clock, and cuts long pauses short.</summary>
    public void Write(Mat image)
    {
        if (Length is { } time)
        {
            _recorder!.Write(image, time);
        }
    }

    /// <summary>Saves one image.</summary>
    public string Snapshot(Mat image)
    {
        var path = NewPath(".png");
        try
        {
            OutputFile.ReplaceWithImage(path, image);
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
            _recorder = new VideoRecorder(_path, options.FramesPerSecond, AnnotatedVideoSink.EvenSize(image.Size()), keepsTime: true);
            _startedAt = Stopwatch.GetTimestamp();
            // A recording that ends before the next frame holds this one.
            _recorder.Write(image, TimeSpan.Zero);
            return $"recording to {Path.GetFileName(_path)}";
        }
        catch (FerException failure)
        {
            return failure.Message;
        }
    }

    public void Dispose()
    {
        var finished = _recorder;
        _recorder = null;
        finished?.Dispose();
    }

    private string NewPath(string extension) => Path.Combine(options.Folder, $"fer-{DateTime.Now:yyyyMMdd-HHmmss-fff}{extension}");
}
