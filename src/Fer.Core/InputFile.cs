namespace Fer.Core;

/// <summary>Reads input files; every failure is one line that names the file.</summary>
public static class InputFile
{
    /// <summary>Reads a regular file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Opens and reads it.</param>
    /// <param name="inFolder">What to specify instead if the path is a folder.</param>
    /// <param name="advice">What to do if there is no such file.</param>
    /// <exception cref="FerException">The file is missing, cannot be read, or is a pipe, socket or device.</exception>
    public static T Read<T>(string path, Func<string, T> read, string inFolder = "a file in it", string advice = "")
    {
        if (Directory.Exists(path))
        {
            throw new FerException($"{path} is a folder; specify {inFolder}");
        }

        if (DescribeSpecial(path) is { } kind)
        {
            throw new FerException($"{path} is {kind}; specify a regular file");
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

    /// <summary>"a named pipe", "a socket" or "a device", none of which must be opened as a file; null for anything else.</summary>
    public static string? DescribeSpecial(string path) => SpecialFile.Describe(path);
}
