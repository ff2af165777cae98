using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>Opens whatever a user names as input.</summary>
public static class FrameSources
{
    /// <summary>Opens a camera; should it be lost, the source waits for its return.</summary>
    /// <param name="index">As in <c>/dev/video0</c>.</param>
    /// <param name="options">What to do beside reading.</param>
    /// <exception cref="FerException">There is no such camera, or it gives no image.</exception>
    public static IFrameSource OpenCamera(int index, SourceOptions options)
    {
        RefuseShard(options, "a camera");
        return new ReconnectingSource($"camera {index}", _ => CameraSource.Open(index), options);
    }

    /// <summary>Opens an image, a video, a folder or pattern of images, an address, or <c>-</c> for a list of images on stdin.</summary>
    /// <exception cref="FerException">There is no such input, or it cannot be read.</exception>
    public static IFrameSource Open(string input, SourceOptions options)
    {
        if (input == "-")
        {
            return new ImageSource("standard input", ImagePaths.Listed(options.Input), options);
        }

        if (IsAddress(input))
        {
            return OpenAddress(input, options);
        }

        if (Directory.Exists(input))
        {
            return new ImageSource(input, ImagePaths.InFolder(input, ImageExtensions.IsImage), options);
        }

        if (!File.Exists(input))
        {
            return ImagePaths.IsPattern(input)
                ? new ImageSource(input, ImagePaths.Matching(input), options)
                : throw new FerException($"{input} does not exist; --input takes an image, a video, a folder, a quoted pattern, an address or -");
        }

        using (File.OpenRead(input))
        {
            // Throws for a file that may not be read, where OpenCV would only call it damaged.
        }

        return IsImage(input) ? new ImageSource(input, [input], options) { IsSingle = true } : new VideoSource(input, options);
    }

    /// <summary>The local path that a <c>file:</c> address names; null for everything else.</summary>
    public static string? PathOf(string input) =>
        IsAddress(input) && Uri.TryCreate(input, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : null;

    /// <summary>The folder below which an input's images lie, as far as its name tells.</summary>
    public static string FolderOf(string input) => Directory.Exists(input) ? input : ImagePaths.FixedPart(input);

    private static bool IsAddress(string input) => !Path.IsPathRooted(input) && input.Contains("://", StringComparison.Ordinal);

    private static IFrameSource OpenAddress(string address, SourceOptions options)
    {
        if (PathOf(address) is { } path)
        {
            return Open(path, options);
        }

        RefuseShard(options, "a stream");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            ? new ReconnectingSource(StreamSource.NameOf(uri), token => StreamSource.Open(uri, token), options)
            : throw new FerException($"{address} is no address; it looks like http://host:8080/stream or rtsp://host/path");
    }

    /// <summary>By its name or else by its first bytes; a GIF is taken for the video that it may be.</summary>
    private static bool IsImage(string path) => ImageExtensions.IsImage(path)
        || (!Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase) && Cv2.HaveImageReader(path));

    private static void RefuseShard(SourceOptions options, string what)
    {
        if (options.Shard != Shard.Whole)
        {
            throw new FerException($"--shard divides files, not {what}");
        }
    }
}
