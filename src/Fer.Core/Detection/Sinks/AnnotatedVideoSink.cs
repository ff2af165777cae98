using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>A video with boxes and labels drawn in.</summary>
/// <param name="path">The file to write.</param>
/// <param name="source">Gives the frame rate; a live source's recording keeps to its time.</param>
/// <param name="every">One image in this many is looked at.</param>
/// <param name="overlay">Draws.</param>
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

    /// <summary>Encoders that halve the color planes want even sizes.</summary>
    internal static Size EvenSize(Size size) => new(size.Width + size.Width % 2, size.Height + size.Height % 2);
}
