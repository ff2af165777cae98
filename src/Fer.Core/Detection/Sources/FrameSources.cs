using Fer.Core.Data;

namespace Fer.Core.Detection.Sources;

/// <summary>Opens the source that a user names as input.</summary>
public static class FrameSources
{
    /// <summary>Opens a camera; if it is disconnected, the source reconnects to it.</summary>
    /// <param name="camera">Which one, and how.</param>
    /// <param name="options">Shard, warnings and cancellation.</param>
    /// <exception cref="FerException">There is no such camera, or it delivers no frame.</exception>
    public static IFrameSource OpenCamera(CameraOptions camera, SourceOptions options)
    {
        RefuseShard(options, "a camera");
        return new ReconnectingSource($"camera {camera.Name}", _ => CameraSource.Open(camera, options.Warn), options);
    }

    /// <summary>Makes sure that there are such files and folders, before anything is opened.</summary>
    /// <exception cref="FerException">One is missing.</exception>
    public static void RequireExistence(IReadOnlyList<string> inputs)
    {
        foreach (var input in inputs.Where(input => input != "-" && !IsUrl(input)))
        {
            if (!File.Exists(input) && !Directory.Exists(input) && !ImagePaths.IsPattern(input))
            {
                throw Missing(input);
            }
        }
    }

    /// <summary>Opens one input, or several files, folders and patterns one after the other.</summary>
    /// <exception cref="FerException">There is no such input, or it cannot be read.</exception>
    public static IFrameSource Open(IReadOnlyList<string> inputs, SourceOptions options)
    {
        if (inputs is [var single])
        {
            return Open(single, options);
        }

        if (inputs.FirstOrDefault(input => input == "-" || IsUrl(input)) is { } alone)
        {
            throw new FerException($"{NameOf(alone)} must be the only input: only files, folders and patterns can be combined");
        }

        return Files("the input", EachOnce([.. inputs.SelectMany(input => Expand(input, options))], options), options);
    }

    /// <summary>Opens an image, a video, a folder or glob pattern of both, a URL, or <c>-</c> for a list of files on stdin.</summary>
    /// <exception cref="FerException">There is no such input, or it cannot be read.</exception>
    public static IFrameSource Open(string input, SourceOptions options)
    {
        if (input == "-")
        {
            return new FileSequence("standard input", ListedPaths.Read(options.Input), path => OpenListed(path, options), options);
        }

        if (IsUrl(input))
        {
            return OpenUrl(input, options);
        }

        if (Directory.Exists(input) && !HasVideos(input))
        {
            var images = ImagePaths.InFolder(input, out var others);
            return new ImageSource(input, images, options) { NotImages = others };
        }

        if (Directory.Exists(input) || (!File.Exists(input) && ImagePaths.IsPattern(input)))
        {
            return Files(input, Expand(input, options), options);
        }

        if (!File.Exists(input))
        {
            throw Missing(input);
        }

        // Checked here by its name: a pipe is read from a copy with another.
        options.Resume?.Require(options.Shard, [input]);
        options = options with { Resume = null };
        if (InputFile.DescribeSpecial(input) is { } kind)
        {
            return kind == SpecialFile.NamedPipe
                ? PipedSource.Open(input, Open, options)
                : throw new FerException($"{input} is {kind}; --input takes a file, a folder, a pipe or a URL, and --camera a camera");
        }

        // Throws too if the file cannot be accessed, where OpenCV would only report that it is damaged.
        if (OtherContent.Describe(input) is { } other)
        {
            throw new FerException(other);
        }

        return !RawMotionJpeg.HasExtension(input) && IsImage(input) ? new ImageSource(input, [input], options) { IsSingle = true } : VideoSource.Open(input, options);
    }

    /// <summary>The local path of a <c>file:</c> URL; null for everything else.</summary>
    public static string? PathOf(string input) =>
        IsUrl(input) && Uri.TryCreate(input, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : null;

    /// <summary>What to call an input in messages and results: an address has neither user nor password.</summary>
    public static string NameOf(string input)
    {
        if (!IsUrl(input))
        {
            return input;
        }

        if (Uri.TryCreate(input, UriKind.Absolute, out var uri))
        {
            return StreamSource.NameOf(uri);
        }

        // An invalid address may have a slash in its password: everything before the last @ is left out.
        var host = input.IndexOf("://", StringComparison.Ordinal) + 3;
        return Secrets.HideValues(input[..host] + input[Math.Max(host, input.LastIndexOf('@') + 1)..]);
    }

    /// <summary>The folder that contains an input's files, as far as its name shows; their copies keep their paths below it.</summary>
    public static string FolderOf(string input)
    {
        if (Directory.Exists(input))
        {
            return input;
        }

        return File.Exists(input) ? Path.GetDirectoryName(Path.GetFullPath(input))! : ImagePaths.FixedPart(input);
    }

    private static FerException Missing(string input) =>
        new($"{input} does not exist; the input is an image, a video, a folder, a quoted pattern, a URL or -");

    private static bool HasVideos(string folder) => ImageTree.Of(folder, ignoreInaccessible: true).Others.Any(IsListedVideo);

    /// <summary>Whether a file in a folder is a video. Hidden ones are left out, as hidden images are: they may be unfinished recordings.</summary>
    private static bool IsListedVideo(string path) => !ImageContent.IsHidden(path) && VideoFormat.IsVideo(path);

    /// <summary>The images and videos that a file, a folder or a pattern stands for.</summary>
    private static IReadOnlyList<string> Expand(string input, SourceOptions options)
    {
        if (!Directory.Exists(input))
        {
            return File.Exists(input) ? [input] : ImagePaths.Matching(input);
        }

        var tree = ImageTree.Of(input, ignoreInaccessible: true);
        string[] paths = [.. tree.Images.Concat(tree.Others.Where(IsListedVideo)).Order(StringComparer.Ordinal)];
        if (paths.Length == 0)
        {
            throw new FerException($"no images or videos in the folder {input}");
        }

        var skipped = tree.Others.Count(path => !ImageContent.IsHidden(path)) + tree.Images.Count - paths.Length;
        if (skipped > 0)
        {
            options.Note($"{input}: skipped {skipped} {(skipped == 1 ? "file that is" : "files that are")} neither an image nor a video");
        }

        return paths;
    }

    /// <summary>Inputs may overlap; a file has one copy and one place in the report.</summary>
    private static IReadOnlyList<string> EachOnce(IReadOnlyList<string> paths, SourceOptions options)
    {
        string[] once = [.. paths.DistinctBy(Path.GetFullPath, StringComparer.Ordinal)];
        var repeated = paths.Count - once.Length;
        if (repeated > 0)
        {
            options.Note($"{repeated} {(repeated == 1 ? "file was" : "files were")} named again; each is processed once");
        }

        return once;
    }

    private static IFrameSource Files(string name, IReadOnlyList<string> paths, SourceOptions options) =>
        paths.All(IsImage)
            ? new ImageSource(name, paths, options)
            : new FileSequence(name, paths, path => OpenListed(path, options), options);

    /// <summary>A file, folder or pattern in a list. Shard and resuming are places in the list, not within what it names.</summary>
    private static IFrameSource OpenListed(string path, SourceOptions options) =>
        Open(path, options with { Shard = Shard.Whole, Resume = null, Input = Stream.Null });

    /// <summary>Whether an input is an address; a file name may hold a colon.</summary>
    public static bool IsUrl(string input) => !Path.IsPathRooted(input) && input.Contains("://", StringComparison.Ordinal);

    private static IFrameSource OpenUrl(string url, SourceOptions options)
    {
        if (PathOf(url) is { } path)
        {
            return Open(path, options);
        }

        RefuseShard(options, "a stream");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw new FerException($"{NameOf(url)} is not a valid URL; examples: http://host:8080/stream, rtsp://host/path");
        }

        if (FiniteAddress.IsFinite(uri, options.Cancellation))
        {
            return Recording.Open(uri, options);
        }

        // Only playlists have an end; a camera may refuse the request that asks for it.
        var isPlaylist = false;
        return new ReconnectingSource(StreamSource.NameOf(uri), Connect, options) { HasEnded = token => isPlaylist && FiniteAddress.HasEnded(uri, token) };

        StreamSource Connect(CancellationToken token)
        {
            var source = StreamSource.Open(uri, token);
            isPlaylist = source.IsPlaylist;
            return source;
        }
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
