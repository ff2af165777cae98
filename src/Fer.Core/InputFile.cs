namespace Fer.Core;

/// <summary>Files that are read: what goes wrong is one line that names them.</summary>
internal static class InputFile
{
    /// <summary>Reads a file at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="inFolder">What to name where the path is a folder.</param>
    /// <param name="advice">What to do where there is no file.</param>
    /// <exception cref="FerException">It is missing or cannot be read.</exception>
    public static T Read<T>(string path, Func<string, T> read, string inFolder = "a file in it", string advice = "")
    {
        if (Directory.Exists(path))
        {
            throw new FerException($"{path} is a folder; name {inFolder}");
        }

        try
        {
            return read(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FerException($"{path} does not exist{advice}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FerException($"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
