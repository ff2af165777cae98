using OpenCvSharp;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>Encodes frames into a video file.</summary>
internal interface IVideoEncoder : IDisposable
{
    /// <summary>Adds a frame.</summary>
    /// <param name="image">BGR, of the video's size.</param>
    /// <exception cref="IOException">The encoder has ended.</exception>
    void Write(Mat image);

    /// <summary>Completes the file.</summary>
    /// <returns>False if it could not be written completely.</returns>
    bool Complete();
}
