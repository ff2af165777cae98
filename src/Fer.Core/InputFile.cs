namespace Fer.Core;

/// <summary>Files that are read: what goes wrong is one line that names them.</summary>
internal static class InputFile
{
    /// <summary>Reads a file at once.</summary>
    /// <exception cref="FerException">It is missing or cannot be read.</exception>
    public static T Read<T>(string path, Func<string, T> read)
    {
        if (Directory.Exists(path))
        {
            throw new FerException($"{path} is a folder; name a file in it");
        }

        try
        {
            return read(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FerException($"{path} does not exist", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FerException($"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
