using System.Diagnostics;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Detection.View;

/// <summary>What the viewer saves with a key: snapshots and recordings, named by the time, each with a line that says so.</summary>
internal sealed class WindowRecording(WindowOptions options) : IDisposable
{
    private VideoRecorder? _recorder;
    private string _path = "";
    private long _startedAt;

    /// <summary>How long the recording runs; null while there is none.</summary>
    public TimeSpan? Length => _recorder is null ? null : Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Adds a picture to the recording, if one runs. It keeps to the clock, and cuts long pauses short.</summary>
    public void Write(Mat picture)
    {
        if (Length is { } time)
        {
            _recorder!.Write(picture, time);
        }
    }

    /// <summary>Saves one picture.</summary>
    public string Snapshot(Mat picture)
    {
        var path = NewPath(".png");
        try
        {
            OutputFile.ReplaceWithPicture(path, picture);
            return $"saved {Path.GetFileName(path)}";
        }
        catch (FerException failure)
        {
            return $"not saved: {failure.Message}";
        }
    }

    /// <summary>Starts or ends a recording.</summary>
    public string Toggle(Mat picture)
    {
        try
        {
            if (_recorder is not null)
            {
                Dispose();
                return $"saved {Path.GetFileName(_path)}";
            }

            _path = NewPath(".mp4");
            _recorder = new VideoRecorder(_path, options.FramesPerSecond, AnnotatedVideoSink.EvenSize(picture.Size()), keepsTime: true);
            _startedAt = Stopwatch.GetTimestamp();
            // A recording that ends before the next frame holds this one.
            _recorder.Write(picture, TimeSpan.Zero);
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
