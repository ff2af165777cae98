using OpenCvSharp;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>Encodes frames into a video file.</summary>
internal interface IVideoEncoder : IDisposable
{
    /// <summary>Whether every frame is shown at its own time; otherwise the rate is constant.</summary>
    bool KeepsTimes { get; }

    /// <summary>Adds a frame.</summary>
    /// <param name="image">BGR, of the video's size.</param>
    /// <param name="time">Since the beginning of the video, later than that of the frame before.</param>
    /// <exception cref="IOException">The encoder has ended.</exception>
    void Write(Mat image, TimeSpan time);

    /// <summary>Completes the file; a second time changes nothing.</summary>
    /// <returns>Null, or why it could not be written completely; empty if that is unknown.</returns>
    string? Complete();
}
