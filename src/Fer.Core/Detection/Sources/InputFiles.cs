using Fer.Core.Data;

namespace Fer.Core.Detection.Sources;

/// <summary>What an input names on disk.</summary>
public static class InputFiles
{
    /// <summary>All files that the inputs stand for, those in folders too.</summary>
    public static IEnumerable<string> All(IReadOnlyList<string> inputs) => inputs.SelectMany(NamedBy).SelectMany(FilesOf);

    private static IEnumerable<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var tree = ImageTree.Of(path, ignoreInaccessible: true);
        return tree.Images.Concat(tree.Others);
    }

    /// <summary>The file or folder itself, or the matches of a glob pattern; empty for a URL, for <c>-</c>, and where nothing is there.</summary>
    public static IReadOnlyList<string> NamedBy(string input)
    {
        if (input == "-")
        {
            // A list, which may be redirected from a file.
            return ["/dev/stdin"];
        }

        if (File.Exists(input) || Directory.Exists(input))
        {
            return [input];
        }

        try
        {
            return ImagePaths.IsPattern(input) ? ImagePaths.Matching(input) : [];
        }
        catch (FerException)
        {
            // No match: opening the input reports it.
            return [];
        }
    }
}
