namespace Fer.Core;

/// <summary>
/// Folders that a tool has written: run folders, charts, annotated copies. They may lie inside a folder of images and
/// must not become labels or inputs of the next run. A small file marks them.
/// </summary>
public static class OutputMarker
{
    /// <summary>The name of that file.</summary>
    internal const string Name = ".fer-output";

    // Folders of releases that wrote no marker, by the files that together nothing else has.
    private static readonly string[][] Unmarked =
    [
        ["options.json", "last.pt"],
        ["options.json", "history.csv"],
        ["options.json", "samples.png"],
        [".lock", ".lock-owner"],
        ["counts.png", "samples.png", "means.png"],
    ];

    /// <summary>Marks a folder, which is created. One that already holds something else stays as it is: it may hold training images.</summary>
    public static void Write(string folder)
    {
        try
        {
            if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(Path.Combine(folder, Name), "Written by fer: this folder holds results, not training images.\n");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first result reports that the folder cannot be written.
        }
    }

    /// <summary>Whether a folder holds results of a tool: it is marked, is a run folder, or has nothing but such folders.</summary>
    public static bool IsOutput(string folder)
    {
        if (File.Exists(Path.Combine(folder, Name)) || Unmarked.Any(files => files.All(file => File.Exists(Path.Combine(folder, file)))))
        {
            return true;
        }

        try
        {
            if (Directory.EnumerateFiles(folder).Any())
            {
                return false;
            }

            var inner = Directory.GetDirectories(folder);
            return inner.Length > 0 && inner.All(IsOutput);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Whoever lists the folder next reports it, or leaves it out.
            return false;
        }
    }
}
