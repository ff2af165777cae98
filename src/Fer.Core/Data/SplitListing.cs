namespace Fer.Core.Data;

/// <summary>The label folders of a split. A folder with files but no image, and one with results of an earlier run, is not a label.</summary>
internal sealed class SplitListing
{
    private readonly Dictionary<string, ImageTree> _trees = new(StringComparer.Ordinal);
    private readonly List<string> _skipped = [];

    private SplitListing(string folder) => Folder = folder;

    /// <summary>The folder of the split.</summary>
    public string Folder { get; }

    /// <summary>The names of the label folders, in ordinal order.</summary>
    public IReadOnlyCollection<string> Labels => _trees.Keys;

    /// <exception cref="FerException">A folder cannot be listed.</exception>
    public static SplitListing Of(string folder)
    {
        var listing = new SplitListing(folder);
        foreach (var path in DataLayout.FoldersIn(folder))
        {
            var tree = ImageTree.Of(path, ignoreInaccessible: false);
            var name = Path.GetFileName(path);
            // An empty folder is a label whose images are missing: training reports it.
            if (tree.Images.Count > 0 || tree.Others.All(ImageContent.IsHidden))
            {
                listing._trees.Add(name, tree);
            }
            else
            {
                listing._skipped.Add($"{path} has no images and is not a label");
            }
        }

        return listing;
    }

    /// <summary>The files of a label folder.</summary>
    public ImageTree Tree(string label) => _trees[label];

    /// <summary>What is in the folder and is not a label.</summary>
    public IEnumerable<string> Notes()
    {
        var outputs = Directory.EnumerateDirectories(Folder).Where(OutputMarker.IsOutput).Order(StringComparer.Ordinal)
            .Concat(_trees.Values.SelectMany(tree => tree.Outputs));
        var loose = Directory.EnumerateFiles(Folder).Count(ImageContent.IsListed);
        return
        [
            .. outputs.Select(path => $"{path} holds results of an earlier run and is not a label"),
            .. _skipped,
            .. loose > 0 ? new[] { $"{loose} {(loose == 1 ? "image" : "images")} directly in {Folder}, without a label folder: skipped" } : [],
        ];
    }
}
