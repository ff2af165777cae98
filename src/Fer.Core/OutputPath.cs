namespace Fer.Core;

/// <summary>Checks of the paths that a user names for results, made before any work is done.</summary>
public static class OutputPath
{
    // Links may form a cycle; Linux gives up after as many.
    private const int MaxLinks = 40;

    private static readonly EnumerationOptions AllFiles = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0, MaxRecursionDepth = 16 };

    /// <summary>Makes sure that a file can be created at a path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="FerException">The path is a folder, or its folder does not exist.</exception>
    public static void CheckPlace(string path, string option)
    {
        if (Directory.Exists(path))
        {
            throw new FerException($"{path} is a folder; {option} requires a file");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new FerException($"the folder {folder} does not exist; create it, or choose another location with {option}");
        }
    }

    /// <summary>Makes sure that files can be created in a folder, or that the folder can be created.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="FerException">They cannot.</exception>
    public static void RequireWritable(string folder, string option)
    {
        var existing = Path.GetFullPath(folder);
        while (!Path.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        var probe = Path.Combine(existing, $".fer-probe-{Environment.ProcessId}");
        try
        {
            File.Create(probe).Dispose();
            File.Delete(probe);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new FerException($"{option} {folder} cannot be written: {failure.Message.TrimEnd('.')}; choose another folder", failure);
        }
    }

    /// <summary>Makes sure that a result does not replace a file, unless the user says so. Empty files, pipes and devices hold nothing to lose.</summary>
    /// <param name="path">The file; <c>-</c> is standard output.</param>
    /// <param name="option">The option that named it.</param>
    /// <param name="force">Whether the user said so.</param>
    /// <exception cref="FerException">There is such a file.</exception>
    public static void RequireNew(string path, string option, bool force)
    {
        if (!force && !IsStandardOutput(path) && InputFile.DescribeSpecial(path) is null && new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            throw new FerException($"{option} {path} exists already; add --force to overwrite it, or choose another name");
        }
    }

    /// <summary>Makes sure that an output folder is new or empty, but for what a command left that then failed or was killed.</summary>
    /// <exception cref="FerException">It holds something, or is a file.</exception>
    public static void RequireNewFolder(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(path => Path.GetFileName(path) is not (OutputMarker.Name or OutputFolder.Unfinished))))
        {
            throw new FerException($"{folder} is not empty; choose a new folder");
        }
    }

    /// <summary>Whether a path names standard output: <c>-</c>, or the system's own names for it.</summary>
    public static bool IsStandardOutput(string path) => path == "-" || Path.GetFullPath(path) is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Whether two paths lead to the same file, through symbolic and hard links too.</summary>
    public static bool IsSame(string one, string other) =>
        Resolve(one, MaxLinks) == Resolve(other, MaxLinks) || (SpecialFile.IdentityOf(one) is { } identity && identity == SpecialFile.IdentityOf(other));

    /// <summary>Whether a path is a folder itself or lies below it, through symbolic links too.</summary>
    public static bool IsInside(string path, string folder) =>
        $"{Resolve(path, MaxLinks)}/".StartsWith($"{Resolve(folder, MaxLinks).TrimEnd('/')}/", StringComparison.Ordinal);

    /// <summary>Makes sure that an output does not overwrite an input, under whatever name.</summary>
    /// <param name="output">The file to write.</param>
    /// <param name="option">The option that named it.</param>
    /// <param name="inputs">Files, and folders with everything in them; null and missing ones are ignored.</param>
    /// <exception cref="FerException">The output is one of the inputs.</exception>
    public static void RequireOtherThan(string output, string option, params IEnumerable<string?> inputs)
    {
        // A device, such as /dev/null, may be both.
        if (!File.Exists(output) || SpecialFile.Describe(output) is not null)
        {
            return;
        }

        // One look at each file: there may be 100,000 of them.
        var written = SpecialFile.IdentityOf(output);
        foreach (var input in inputs.OfType<string>())
        {
            var files = Directory.Exists(input) ? Directory.EnumerateFiles(input, "*", AllFiles) : [input];
            if (files.FirstOrDefault(file => written is null ? File.Exists(file) && IsSame(file, output) : SpecialFile.IdentityOf(file) == written) is { } overwritten)
            {
                throw new FerException($"{option} {output} would overwrite the input {overwritten}; choose another file");
            }
        }
    }

    /// <summary>The full path with all symbolic links resolved, those in its folders too.</summary>
    private static string Resolve(string path, int links)
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
}
