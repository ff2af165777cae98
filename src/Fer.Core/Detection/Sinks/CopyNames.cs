namespace Fer.Core.Detection.Sinks;

/// <summary>
/// The names of annotated copies in a folder: the same relative paths as below the input's folders. Where two inputs would
/// share a name, and for files from elsewhere, it is the full path below the folder.
/// </summary>
/// <param name="folder">The folder for the copies.</param>
/// <param name="roots">The folders that contain the inputs.</param>
/// <param name="force">Whether existing files may be replaced.</param>
/// <param name="option">The option that named the folder.</param>
public sealed class CopyNames(string folder, IReadOnlyList<string> roots, bool force, string option = "--output")
{
    private readonly string[] _roots = [.. roots.Select(Path.GetFullPath)];
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);

    /// <summary>The path of the copy of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="extensions">Those that the copy can have.</param>
    /// <param name="extension">Is appended where the file has none of them.</param>
    /// <exception cref="FerException">The copy exists already, or is the file itself.</exception>
    public string For(string source, IReadOnlyCollection<string> extensions, string extension)
    {
        var full = Path.GetFullPath(source);
        var relative = _roots.Select(root => Path.GetRelativePath(root, full)).FirstOrDefault(IsBelow) ?? full.TrimStart('/');
        var copy = Named(relative);
        if (_sources.TryGetValue(copy, out var other) && other != full)
        {
            copy = Named(full.TrimStart('/'));
        }

        if (OutputPath.IsSame(copy, source))
        {
            throw new FerException($"{copy} would overwrite its source; choose another {option}");
        }

        // The same file may be named twice.
        if (!_sources.ContainsKey(copy))
        {
            OutputPath.RequireNew(copy, option, force);
        }

        _sources[copy] = full;
        return copy;

        string Named(string name)
        {
            var path = Path.Combine(folder, name);
            return extensions.Contains(Path.GetExtension(path).ToLowerInvariant()) ? path : path + extension;
        }
    }

    private static bool IsBelow(string relative) => relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
}
