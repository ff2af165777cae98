namespace Fer.Core;

/// <summary>Files that are either whole or not there.</summary>
public static class OutputFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file in the same folder, which then takes the place of
    /// <paramref name="path"/>. The folder is made if need be.
    /// </summary>
    /// <exception cref="FerException">The file cannot be written; what was there before still is.</exception>
    public static void Replace(string path, Action<string> write)
    {
        // The ending stays: libraries choose the format by it.
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Environment.ProcessId}-{Path.GetFileName(path)}");
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw new FerException($"{path} cannot be written: {failure.Message.TrimEnd('.')}; check the folder, its permissions and the free space", failure);
        }
    }

    private static void Discard(string temporary)
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
