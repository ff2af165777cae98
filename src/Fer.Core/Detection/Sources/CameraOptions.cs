using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>Which camera to open, and how.</summary>
/// <param name="Name">A number, a path, a name in <c>/dev/v4l/by-id</c>, or a part of the camera's own name.</param>
public sealed record CameraOptions(string Name)
{
    // Without compression, USB 2 carries no more than this at 30 frames per second.
    private const int LargestRawArea = 640 * 480;

    /// <summary>Width and height in pixels; null for the camera's default.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Frames per second; null for the camera's default.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>Parses <c>1280x720</c>; null for anything else.</summary>
    public static (int Width, int Height)? ParseSize(string text)
    {
        var parts = text.Split('x', 'X');
        return parts.Length == 2 && int.TryParse(parts[0], out var width) && int.TryParse(parts[1], out var height) && width is > 0 and <= 16384 && height is > 0 and <= 16384
            ? (width, height)
            : null;
    }

    /// <summary>The properties to set, in this order: the sizes on offer depend on the pixel format.</summary>
    internal IEnumerable<(VideoCaptureProperties Property, double Value)> Properties()
    {
        if (Size is var (width, height))
        {
            if (width * height > LargestRawArea)
            {
                yield return (VideoCaptureProperties.FourCC, VideoWriter.FourCC('M', 'J', 'P', 'G'));
            }

            yield return (VideoCaptureProperties.FrameWidth, width);
            yield return (VideoCaptureProperties.FrameHeight, height);
        }

        if (FramesPerSecond is { } rate)
        {
            yield return (VideoCaptureProperties.Fps, rate);
        }
    }
}
