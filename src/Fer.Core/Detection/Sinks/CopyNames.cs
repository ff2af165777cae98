using Fer.Core.Detection.Sources;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// The names of annotated copies in a folder: the same relative paths as below the input's folders. Where two files would
/// share a name, that of the later folder has its full path below the folder instead, as have files from elsewhere.
/// </summary>
/// <remarks>
/// Names follow from what is on disk, not from the files seen so far: a resumed run sees only the rest of them, and a shard
/// only its own.
/// </remarks>
/// <param name="folder">The folder for the copies.</param>
/// <param name="roots">The folders that contain the inputs.</param>
/// <param name="force">Whether existing files may be replaced.</param>
/// <param name="option">The option that named the folder.</param>
public sealed class CopyNames(string folder, IReadOnlyList<string> roots, bool force, string option = "--output")
{
    private readonly string[] _roots = [.. roots.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private HashSet<object>? _inputs;

    /// <summary>The inputs of the run as the user named them, which no copy replaces.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The path of the copy of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="extensions">Those that the copy can have.</param>
    /// <param name="extension">Is appended where the file has none of them.</param>
    /// <exception cref="FerException">The copy exists already, is the file itself, or that of another file.</exception>
    public string For(string source, IReadOnlyCollection<string> extensions, string extension)
    {
        var full = Path.GetFullPath(source);
        var copy = Path.Combine(folder, Named(RelativePath(full, Named, extension) ?? full.TrimStart('/')));
        if (OutputPath.IsSame(copy, source))
        {
            throw new FerException($"{copy} would overwrite its source; choose another {option}");
        }

        // The same file may be listed twice.
        if (_sources.TryGetValue(copy, out var other) && other != full)
        {
            throw new FerException($"{copy} would be the copy of {other} and of {source}; process them in two runs, each with its own {option}");
        }

        if (other is null)
        {
            RefuseInput(copy, source);
            OutputPath.RequireNew(copy, option, force);
        }

        _sources[copy] = full;
        return copy;

        string Named(string name) => extensions.Contains(Path.GetExtension(name).ToLowerInvariant()) ? name : name + extension;
    }

    /// <summary>Whatever the user forces, a copy replaces no input, under whatever name, nor a file that a list on standard input may still name.</summary>
    /// <param name="copy">The file to write.</param>
    /// <param name="source">What it comes from.</param>
    /// <exception cref="FerException">It would.</exception>
    internal void RefuseInput(string copy, string source)
    {
        if (!File.Exists(copy))
        {
            return;
        }

        _inputs ??= [.. InputFiles.All(Inputs).Select(Identity)];
        if (_inputs.Contains(Identity(copy)))
        {
            throw new FerException($"{copy} is an input, which the copy of {source} would overwrite; choose another {option}");
        }

        if (Inputs.Contains("-") && !OutputMarker.IsOutput(folder))
        {
            throw new FerException($"{copy} may be in the list on standard input, and the copy of {source} would overwrite it; choose a new folder for {option}");
        }
    }

    private static object Identity(string file) => SpecialFile.IdentityOf(file) is { } identity ? identity : Path.GetFullPath(file);

    /// <summary>The path below the first folder that contains a file; null if there is none, or if the copy of another file has this name.</summary>
    private string? RelativePath(string full, Func<string, string> named, string extension)
    {
        for (var index = 0; index < _roots.Length; index++)
        {
            var relative = Path.GetRelativePath(_roots[index], full);
            if (!IsBelow(relative))
            {
                continue;
            }

            // With an extension appended, or without one, a file of another name would have the same copy.
            var name = named(relative);
            string[] rivals = [relative, name, name[..^(name.EndsWith(extension, StringComparison.Ordinal) ? extension.Length : 0)]];
            var isTaken = (name != relative && File.Exists(Path.Combine(_roots[index], name)))
                || _roots.Take(index).Any(root => rivals.Any(rival => File.Exists(Path.Combine(root, rival))));
            return isTaken ? null : relative;
        }

        return null;
    }

    private static bool IsBelow(string relative) => relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
}
