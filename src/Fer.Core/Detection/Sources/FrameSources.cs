using Fer.Core.Data;

namespace Fer.Core.Detection.Sources;

/// <summary>Opens the source that a user names as input.</summary>
public static class FrameSources
{
    /// <summary>Opens a camera; if it is disconnected, the source reconnects to it.</summary>
    /// <param name="index">As in <c>/dev/video0</c>.</param>
    /// <param name="options">Shard, warnings and cancellation.</param>
    /// <exception cref="FerException">There is no such camera, or it delivers no frame.</exception>
    public static IFrameSource OpenCamera(int index, SourceOptions options)
    {
        RefuseShard(options, "a camera");
        return new ReconnectingSource($"camera {index}", _ => CameraSource.Open(index), options);
    }

    /// <summary>Opens an image, a video, a folder or glob pattern of images, a URL, or <c>-</c> for a list of images on stdin.</summary>
    /// <exception cref="FerException">There is no such input, or it cannot be read.</exception>
    public static IFrameSource Open(string input, SourceOptions options)
    {
        if (input == "-")
        {
            return new ImageSource("standard input", ImagePaths.Listed(options.Input), options);
        }

        if (IsUrl(input))
        {
            return OpenUrl(input, options);
        }

        if (Directory.Exists(input))
        {
            var images = ImagePaths.InFolder(input, out var others);
            return new ImageSource(input, images, options) { NotImages = others };
        }

        if (!File.Exists(input))
        {
            return ImagePaths.IsPattern(input)
                ? new ImageSource(input, ImagePaths.Matching(input), options)
                : throw new FerException($"{input} does not exist; --input takes an image, a video, a folder, a quoted pattern, a URL or -");
        }

        if (InputFile.DescribeSpecial(input) is { } kind)
        {
            return kind == SpecialFile.NamedPipe
                ? PipedSource.Open(input, copy => Open(copy, options), options.Cancellation)
                : throw new FerException($"{input} is {kind}; --input takes a file, a folder, a pipe or a URL, and --camera a camera");
        }

        using (File.OpenRead(input))
        {
            // Throws if the file cannot be accessed, where OpenCV would only report that it is damaged.
        }

        return !RawMotionJpeg.HasExtension(input) && IsImage(input) ? new ImageSource(input, [input], options) { IsSingle = true } : new VideoSource(input, options);
    }

    /// <summary>The local path of a <c>file:</c> URL; null for everything else.</summary>
    public static string? PathOf(string input) =>
        IsUrl(input) && Uri.TryCreate(input, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : null;

    /// <summary>The folder that contains an input's images, as far as its name shows.</summary>
    public static string FolderOf(string input) => Directory.Exists(input) ? input : ImagePaths.FixedPart(input);

    private static bool IsUrl(string input) => !Path.IsPathRooted(input) && input.Contains("://", StringComparison.Ordinal);

    private static IFrameSource OpenUrl(string url, SourceOptions options)
    {
        if (PathOf(url) is { } path)
        {
            return Open(path, options);
        }

        RefuseShard(options, "a stream");
        return Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? new ReconnectingSource(StreamSource.NameOf(uri), token => StreamSource.Open(uri, token), options)
            : throw new FerException($"{url} is not a valid URL; examples: http://host:8080/stream, rtsp://host/path");
    }

    /// <summary>By its content or its name; a GIF is opened as a video, because it may be animated.</summary>
    private static bool IsImage(string path) => ImageContent.IsImage(path) && !Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase);

    private static void RefuseShard(SourceOptions options, string what)
    {
        if (options.Shard != Shard.Whole)
        {
            throw new FerException($"--shard divides files, not {what}");
        }
    }
}
