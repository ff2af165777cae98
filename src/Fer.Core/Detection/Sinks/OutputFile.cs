namespace Fer.Core.Detection.Sinks;

/// <summary>Files that appear whole or not at all.</summary>
public static class OutputFile
{
    /// <summary>Makes sure, before any work is done, that a file can be put at a path.</summary>
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

    /// <summary>A name beside the final one, with the same extension, by which encoders choose their format.</summary>
    public static string Unfinished(string path) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetFileNameWithoutExtension(path)}.unfinished{Path.GetExtension(path)}");

    /// <summary>Writes a file under another name and moves it into place.</summary>
    public static void Write(string path, byte[] content)
    {
        var unfinished = Unfinished(path);
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
    }
}
