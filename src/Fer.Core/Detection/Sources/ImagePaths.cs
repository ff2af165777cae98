using System.IO.Enumeration;
using System.Text;

namespace Fer.Core.Detection.Sources;

/// <summary>The paths of several images, in ordinal order.</summary>
internal static class ImagePaths
{
    // Of a folder that may not be read, nothing; of a loop of links, no second round.
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden };

    /// <summary>Every image in a folder and the folders below it.</summary>
    /// <exception cref="FerException">There is none.</exception>
    public static IReadOnlyList<string> InFolder(string folder, Func<string, bool> isImage)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder, "*", Below).Where(isImage).Order(StringComparer.Ordinal)];
        return paths.Length > 0 ? paths : throw new FerException($"no image in the folder {folder}; JPEG, PNG, BMP, TIFF and WebP are read");
    }

    /// <summary>Whether a path holds the wildcards <c>*</c> or <c>?</c>.</summary>
    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>The files that a pattern names: <c>*</c> and <c>?</c> within a name, <c>**</c> for any folders between.</summary>
    /// <exception cref="FerException">There is none.</exception>
    public static IReadOnlyList<string> Matching(string pattern)
    {
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> places = [Path.IsPathRooted(pattern) ? "/" : ""];
        foreach (var segment in segments[..^1])
        {
            places = places.SelectMany(place => Folders(place, segment)).Distinct(StringComparer.Ordinal);
        }

        string[] paths = [.. places.SelectMany(place => Named(place, segments[^1])).Order(StringComparer.Ordinal)];
        return paths.Length > 0 ? paths : throw new FerException($"no file matches {pattern}");
    }

    /// <summary>The folder that a pattern names before its first wildcard; the working folder for anything else.</summary>
    public static string FixedPart(string pattern) => pattern.AsSpan().IndexOfAny('*', '?') is >= 0 and var wildcard && pattern.LastIndexOf('/', wildcard) is >= 0 and var end
        ? pattern[..(end + 1)]
        : ".";

    /// <summary>The paths on the lines of a text, or between its zeros (<c>find -print0</c>), as they come; empty ones are passed over.</summary>
    public static IEnumerable<string> Listed(TextReader text)
    {
        var path = new StringBuilder();
        int character;
        do
        {
            character = text.Read();
            if (character is not ('\n' or 0 or -1))
            {
                path.Append((char)character);
                continue;
            }

            if (path.ToString().TrimEnd('\r') is var line && !string.IsNullOrWhiteSpace(line))
            {
                yield return line;
            }

            path.Clear();
        }
        while (character >= 0);
    }

    private static IEnumerable<string> Folders(string place, string segment) => segment switch
    {
        "." or ".." => [Path.Combine(place, segment)],
        "**" => Directory.EnumerateDirectories(Existing(place), "*", Below).Select(found => Relative(place, found)).Prepend(place),
        _ => Directory.EnumerateDirectories(Existing(place))
            .Where(found => FileSystemName.MatchesSimpleExpression(segment, Path.GetFileName(found), ignoreCase: false))
            .Select(found => Relative(place, found)),
    };

    private static IEnumerable<string> Named(string place, string segment) => !Directory.Exists(Existing(place)) ? [] : Directory
        .EnumerateFiles(Existing(place))
        .Where(found => FileSystemName.MatchesSimpleExpression(segment == "**" ? "*" : segment, Path.GetFileName(found), ignoreCase: false))
        .Select(found => Relative(place, found));

    private static string Existing(string place) => place.Length == 0 ? "." : place;

    private static string Relative(string place, string found) => place.Length == 0 ? Path.GetRelativePath(".", found) : found;
}
