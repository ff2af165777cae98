using OpenCvSharp;

namespace Fer.Core;

/// <summary>Files that are either whole or not there.</summary>
public static class OutputFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file in the same folder, which then takes the place of
    /// <paramref name="path"/>. The folder is made if need be. A device is written to as it is.
    /// </summary>
    /// <exception cref="FerException">The file cannot be written; what was there before still is.</exception>
    public static void Replace(string path, Action<string> write)
    {
        try
        {
            if (IsDevice(path))
            {
                write(path);
            }
            else
            {
                ReplaceFile(path, write);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FerException($"{path} cannot be written: {failure.Message.TrimEnd('.')}; check the folder, its permissions and the free space", failure);
        }
    }

    /// <summary>The same with an image, in the format of the path's extension. OpenCV's own writing says nothing of a full disk.</summary>
    /// <exception cref="FerException">The file cannot be written; what was there before still is.</exception>
    /// <exception cref="OpenCVException">There is no image format of this extension.</exception>
    public static void ReplaceWithImage(string path, Mat image)
    {
        if (!Cv2.ImEncode(Path.GetExtension(path), image, out var encoded))
        {
            throw new FerException($"{path} cannot be written: its image of {image.Width}x{image.Height} pixels does not fit into such a file");
        }

        Replace(path, unfinished => File.WriteAllBytes(unfinished, encoded));
    }

    /// <summary>A name beside the final one, with the same extension, by which libraries choose the format.</summary>
    public static string Unfinished(string path) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetFileNameWithoutExtension(path)}.unfinished{Path.GetExtension(path)}");

    /// <summary>Makes sure, before any work is done, that a file can be put at a path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="FerException">The path is a folder, or its folder does not exist.</exception>
    public static void CheckPlace(string path, string option)
    {
        if (Directory.Exists(path))
        {
            throw new FerException($"{path} is a folder; {option} names a file");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new FerException($"the folder {folder} does not exist; make it, or name another place with {option}");
        }
    }

    /// <summary>Makes sure that a folder to be filled holds nothing yet.</summary>
    /// <exception cref="FerException">It does, or is a file.</exception>
    public static void RequireNewFolder(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new FerException($"{folder} is not empty; name a new folder");
        }
    }

    /// <summary>Whether a path names standard output: <c>-</c>, or what the system calls it.</summary>
    public static bool IsStandardOutput(string path) => path == "-" || Path.GetFullPath(path) is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Whether two paths lead to one file, through links too.</summary>
    public static bool IsSame(string one, string other) => Resolve(one) == Resolve(other);

    /// <summary>The path without links, in its folders too.</summary>
    /// <param name="path">Any path; what does not exist is no link.</param>
    /// <param name="links">How many links may be followed, for some lead in a circle.</param>
    private static string Resolve(string path, int links = 40)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return full;
        }

        var folder = Resolve(parent, links);
        var here = new FileInfo(Path.Combine(folder, Path.GetFileName(full)));
        return links > 0 && here.LinkTarget is { } target ? Resolve(Path.Combine(folder, target), links - 1) : here.FullName;
    }

    private static void ReplaceFile(string path, Action<string> write)
    {
        var temporary = Unfinished(path);
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Whether a path names what is written to and never replaced: <c>/dev/stdout</c>, <c>/dev/null</c>, bash's <c>&gt;(...)</c>.</summary>
    private static bool IsDevice(string path) =>
        Path.GetFullPath(path) is var full && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
        && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);

    /// <summary>Deletes what is left of a file that failed, if that can be.</summary>
    internal static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What matters is the failure that led here.
        }
    }
}
