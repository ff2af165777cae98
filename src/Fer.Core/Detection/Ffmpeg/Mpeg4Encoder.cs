using OpenCvSharp;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>Encodes frames as MPEG-4 Part 2, the only software encoder in OpenCV's package.</summary>
internal sealed class Mpeg4Encoder : IVideoEncoder
{
    private readonly string _path;
    private readonly VideoWriter _writer;
    private long _written;

    /// <summary>Starts an encoder.</summary>
    /// <param name="path">The file; its extension chooses the container.</param>
    /// <param name="rate">Frames per second.</param>
    /// <param name="size">Even numbers.</param>
    /// <exception cref="IOException">The file cannot be created, or has an unknown extension.</exception>
    public Mpeg4Encoder(string path, double rate, Size size)
    {
        _path = path;
        _writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, VideoWriter.FourCC('m', 'p', '4', 'v'), rate, size);
        if (!_writer.IsOpened())
        {
            _writer.Dispose();
            throw new IOException($"{path} cannot be created");
        }
    }

    /// <inheritdoc/>
    public bool KeepsTimes => false;

    /// <inheritdoc/>
    public void Write(Mat image, TimeSpan time)
    {
        _writer.Write(image);
        _written++;
    }

    /// <inheritdoc/>
    public string? Complete()
    {
        _writer.Dispose();
        // The encoder does not report failures: the file must contain all frames, within the rounding of containers.
        using var written = new VideoCapture(_path, VideoCaptureAPIs.FFMPEG);
        return written.IsOpened() && written.Get(VideoCaptureProperties.FrameCount) >= 0.99 * _written - 1 ? null : "";
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
