using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>Writes a video with boxes and labels drawn on it.</summary>
/// <param name="path">The file to write.</param>
/// <param name="source">Provides the frame rate; the recording of a live source keeps real time.</param>
/// <param name="every">One frame in this many is processed.</param>
/// <param name="overlay">Draws the faces.</param>
public sealed class AnnotatedVideoSink(string path, IFrameSource source, int every, FaceOverlay overlay) : IFrameSink
{
    private readonly Canvas _canvas = new();
    private VideoRecorder? _recorder;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        overlay.Draw(frame, _canvas);
        _recorder ??= new VideoRecorder(path, source.FramesPerSecond / every, EvenSize(_canvas.Image.Size()), source.IsLive);
        _recorder.Write(_canvas.Image, frame.Time);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recorder?.Dispose();
        _canvas.Dispose();
    }

    /// <summary>Rounds up to even numbers, which encoders with subsampled color planes require.</summary>
    internal static Size EvenSize(Size size) => new(size.Width + size.Width % 2, size.Height + size.Height % 2);
}
