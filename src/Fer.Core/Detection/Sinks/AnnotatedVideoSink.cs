using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>Writes a video with boxes and labels drawn on it.</summary>
/// <param name="path">The file to write.</param>
/// <param name="recording">The rate and the kind of source.</param>
/// <param name="overlay">Draws the faces.</param>
public sealed class AnnotatedVideoSink(string path, RecordingOptions recording, FaceOverlay overlay) : IFrameSink
{
    private readonly Canvas _canvas = new();
    private VideoRecorder? _recorder;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        overlay.Draw(frame, _canvas);
        _recorder ??= Start(frame);
        _recorder.Write(_canvas.Image, frame.Time);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recorder?.Dispose();
        _canvas.Dispose();
    }

    private VideoRecorder Start(Frame first)
    {
        var rate = first.FramesPerSecond > 0 ? first.FramesPerSecond : recording.FramesPerSecond;
        var soundOf = recording.IsLive ? null : FileOf(first.Source);
        return new VideoRecorder(path, rate / recording.Every, EvenSize(_canvas.Image.Size()), recording.IsLive, soundOf) { Warn = recording.Warn, Cancellation = recording.Cancellation };
    }

    /// <summary>The file that another process can open once more; null for an address, and for a pipe, which nobody writes a second time.</summary>
    private static string? FileOf(string source)
    {
        if (!File.Exists(source) || InputFile.DescribeSpecial(source) is not null)
        {
            return null;
        }

        // /dev/stdin is another file in another process.
        var file = File.ResolveLinkTarget(source, returnFinalTarget: true)?.FullName ?? source;
        return File.Exists(file) ? file : null;
    }

    /// <summary>Rounds up to even numbers, which encoders with subsampled color planes require.</summary>
    internal static Size EvenSize(Size size) => new(size.Width + size.Width % 2, size.Height + size.Height % 2);
}
