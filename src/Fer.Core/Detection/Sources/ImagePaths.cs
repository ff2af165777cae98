using System.IO.Enumeration;
using Fer.Core.Data;

namespace Fer.Core.Detection.Sources;

/// <summary>The paths of several image files, in ordinal order.</summary>
internal static class ImagePaths
{
    // Folders without permission are skipped.
    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden };
    private static readonly EnumerationOptions Flat = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>All images in a folder and its subfolders, by their content.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="others">Receives the files that are not images.</param>
    /// <exception cref="FerException">There are none.</exception>
    public static IReadOnlyList<string> InFolder(string folder, out IReadOnlyList<string> others)
    {
        var tree = ImageTree.Of(folder, ignoreInaccessible: true);
        others = tree.Others;
        return tree.Images.Count > 0
            ? tree.Images
            : throw new FerException($"no images in the folder {folder}; JPEG, PNG, BMP, GIF, TIFF, WebP and PNM are supported");
    }

    /// <summary>Whether a path contains the wildcards <c>*</c> or <c>?</c>.</summary>
    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>The files that match a glob pattern: <c>*</c> and <c>?</c> match within a name, <c>**</c> matches any folders.</summary>
    /// <exception cref="FerException">There are none.</exception>
    public static IReadOnlyList<string> Matching(string pattern)
    {
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> folders = [Path.IsPathRooted(pattern) ? "/" : ""];
        foreach (var segment in segments[..^1])
        {
            folders = folders.SelectMany(folder => Subfolders(folder, segment)).Distinct(StringComparer.Ordinal);
        }

        string[] paths = [.. folders.SelectMany(folder => FilesIn(folder, segments[^1])).Order(StringComparer.Ordinal)];
        return paths.Length > 0 ? paths : throw new FerException($"no file matches {pattern}");
    }

    /// <summary>The folder that a pattern names before its first wildcard; the current folder for anything else.</summary>
    public static string FixedPart(string pattern)
    {
        var wildcard = pattern.AsSpan().IndexOfAny('*', '?');
        if (wildcard < 0)
        {
            return ".";
        }

        var end = pattern.LastIndexOf('/', wildcard);
        return end < 0 ? "." : pattern[..(end + 1)];
    }

    private static IEnumerable<string> Subfolders(string folder, string segment) => segment switch
    {
        "." or ".." => [Path.Combine(folder, segment)],
        "**" => FoldersBelow(OrCurrent(folder)).Select(found => Relative(folder, found)).Prepend(folder),
        _ => Directory.EnumerateDirectories(OrCurrent(folder), "*", Flat)
            .Where(found => IsShown(found, segment))
            .Where(found => FileSystemName.MatchesSimpleExpression(segment, Path.GetFileName(found), ignoreCase: false))
            .Select(found => Relative(folder, found)),
    };

    /// <summary>All folders in a folder, without results of earlier runs and links that lead back to a folder above them.</summary>
    private static IEnumerable<string> FoldersBelow(string folder) =>
        new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Visible)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory && !ImageTree.LeadsBack(ref entry) && !OutputMarker.IsOutput(entry.ToFullPath()),
        }.SelectMany(found => FoldersBelow(found).Prepend(found));

    /// <summary>As in a shell, hidden files only where the pattern says so: they may be unfinished recordings.</summary>
    private static bool IsShown(string found, string segment) => segment.StartsWith('.') || !ImageContent.IsHidden(found);

    private static IEnumerable<string> FilesIn(string folder, string segment)
    {
        if (!Directory.Exists(OrCurrent(folder)))
        {
            return [];
        }

        var expression = segment == "**" ? "*" : segment;
        return Directory.EnumerateFiles(OrCurrent(folder), "*", Flat)
            .Where(found => IsShown(found, segment))
            .Where(found => FileSystemName.MatchesSimpleExpression(expression, Path.GetFileName(found), ignoreCase: false))
            .Select(found => Relative(folder, found));
    }

    private static string OrCurrent(string folder) => folder.Length == 0 ? "." : folder;

    private static string Relative(string folder, string found) => folder.Length == 0 ? Path.GetRelativePath(".", found) : found;
}
