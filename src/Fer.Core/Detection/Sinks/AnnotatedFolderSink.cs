using Fer.Core.Detection.Overlay;

namespace Fer.Core.Detection.Sinks;

/// <summary>Writes an annotated copy of every image and video to a folder, which is created if it does not exist.</summary>
/// <param name="names">The paths of the copies.</param>
/// <param name="recording">How videos are written; their rate and sound are those of the frame's source.</param>
/// <param name="overlay">Draws the faces.</param>
public sealed class AnnotatedFolderSink(CopyNames names, RecordingOptions recording, FaceOverlay overlay) : IFrameSink
{
    private readonly AnnotatedImageSink _images = new(source => names.For(source, ImageFile.WrittenExtensions, ".png"), overlay);
    private AnnotatedVideoSink? _video;
    private (string Source, long? File)? _current;

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        if (frame.IsStill)
        {
            CompleteVideo();
            return _images.Write(frame);
        }

        // A list may name a file twice, one after the other.
        if (_video is null || _current != (frame.Source, frame.File))
        {
            CompleteVideo();
            _current = (frame.Source, frame.File);
            var path = names.For(frame.Source, RecordingOptions.Extensions, ".mp4");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _video = new AnnotatedVideoSink(path, recording, overlay);
        }

        return _video.Write(frame);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images.Dispose();
        CompleteVideo();
    }

    private void CompleteVideo()
    {
        var finished = _video;
        _video = null;
        finished?.Dispose();
    }
}
