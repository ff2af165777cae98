using System.IO.Enumeration;

namespace Fer.Core.Data;

/// <summary>The files in a folder and its subfolders, in ordinal order of their paths. Hidden folders and results of earlier runs are left out.</summary>
/// <param name="Images">Files that are images.</param>
/// <param name="Others">Files that are not.</param>
/// <param name="Outputs">Folders with results of earlier runs, which were not entered.</param>
internal sealed record ImageTree(IReadOnlyList<string> Images, IReadOnlyList<string> Others, IReadOnlyList<string> Outputs)
{
    /// <param name="folder">The folder.</param>
    /// <param name="ignoreInaccessible">Leaves out folders without permission instead of failing.</param>
    /// <exception cref="FerException">A folder cannot be listed.</exception>
    public static ImageTree Of(string folder, bool ignoreInaccessible)
    {
        var outputs = new List<string>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = ignoreInaccessible, AttributesToSkip = 0 };
        var found = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => ShouldEnter(ref entry, outputs),
        };
        try
        {
            var files = found.Order(StringComparer.Ordinal).ToLookup(ImageContent.IsListed);
            return new ImageTree([.. files[true]], [.. files[false]], outputs);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FerException($"{folder} cannot be listed: {failure.Message}", failure);
        }
    }

    private static bool ShouldEnter(ref FileSystemEntry entry, List<string> outputs)
    {
        if (entry.FileName.StartsWith('.') || LeadsBack(ref entry))
        {
            return false;
        }

        var path = entry.ToFullPath();
        if (OutputMarker.IsOutput(path))
        {
            outputs.Add(path);
            return false;
        }

        return true;
    }

    /// <summary>Whether an entry is a link to a folder that contains it: following it would never end.</summary>
    internal static bool LeadsBack(ref FileSystemEntry entry)
    {
        if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return false;
        }

        var link = entry.ToFullPath();
        if (SpecialFile.IdentityOf(link) is not { } identity)
        {
            return Directory.ResolveLinkTarget(link, returnFinalTarget: true) is not { } target
                || $"{link}/".StartsWith($"{target.FullName.TrimEnd('/')}/", StringComparison.Ordinal);
        }

        // The folders above may be links themselves, under other names than the target.
        for (var above = Path.GetDirectoryName(link); above is not null; above = Path.GetDirectoryName(above))
        {
            if (SpecialFile.IdentityOf(above) == identity)
            {
                return true;
            }
        }

        return false;
    }
}
