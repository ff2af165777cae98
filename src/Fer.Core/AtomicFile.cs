namespace Fer.Core;

/// <summary>Files that are either complete or not there: written under a temporary name, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file in the same folder, which then replaces <paramref name="path"/>.
    /// The folder is created if it does not exist. A device is written to directly.
    /// </summary>
    /// <exception cref="FerException">The file cannot be written; an earlier file at the path is unchanged.</exception>
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
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new FerException($"{path} cannot be written: {failure.Message.TrimEnd('.')}; check the folder, its permissions and the free space", failure);
        }
    }

    /// <summary>A temporary name beside the final one, with the same extension, because libraries choose the format by it.</summary>
    internal static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetFileNameWithoutExtension(path)}.unfinished{Path.GetExtension(path)}");

    /// <summary>Deletes what is left of a file that failed, if possible.</summary>
    internal static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            // The failure that led here is the one to report.
        }
    }

    private static void ReplaceFile(string path, Action<string> write)
    {
        var temporary = TemporaryName(path);
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

    /// <summary>Whether a path names a device, which must not be replaced: <c>/dev/stdout</c>, <c>/dev/null</c>, bash's <c>&gt;(...)</c>.</summary>
    private static bool IsDevice(string path)
    {
        var full = Path.GetFullPath(path);
        if (full.StartsWith("/dev/shm/", StringComparison.Ordinal))
        {
            return false;
        }

        return full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
    }
}
