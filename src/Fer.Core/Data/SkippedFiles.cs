namespace Fer.Core.Data;

/// <summary>The files that a run did not use, and why.</summary>
/// <param name="NotImages">Files that are not images: notes, tables, thumbnails, hidden files.</param>
/// <param name="Unreadable">The number of images that cannot be decoded.</param>
public sealed record SkippedFiles(IReadOnlyList<string> NotImages, int Unreadable)
{
    private const int Named = 3;

    /// <summary>One line for the end of a run; null if no file was skipped.</summary>
    public string? Describe()
    {
        var total = NotImages.Count + Unreadable;
        if (total == 0)
        {
            return null;
        }

        var reasons = new List<string>();
        if (NotImages.Count > 0)
        {
            var names = NotImages.Select(path => Path.GetFileName(path)).Distinct(StringComparer.Ordinal).ToArray();
            reasons.Add($"{NotImages.Count} not an image ({string.Join(", ", names.Take(Named))}{(names.Length > Named ? ", ..." : "")})");
        }

        if (Unreadable > 0)
        {
            reasons.Add($"{Unreadable} unreadable");
        }

        return $"skipped {total} {(total == 1 ? "file" : "files")}: {string.Join(", ", reasons)}";
    }
}
