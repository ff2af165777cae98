namespace Fer.Core.Data;

/// <summary>A file with the index of its label.</summary>
public sealed record LabeledImage(string Path, int Label);

/// <summary>
/// A folder of images in label folders: <c>train/&lt;label&gt;/*</c> with <c>validation/</c> (or <c>val/</c>,
/// <c>valid/</c>) and <c>test/</c> beside it, or the label folders directly. Labels are the folder names, in ordinal order.
/// </summary>
public sealed class ImageFolder
{
    private static readonly Dictionary<string, string[]> SplitFolders = new(StringComparer.Ordinal)
    {
        ["train"] = ["train"],
        ["validation"] = ["validation", "val", "valid"],
        ["test"] = ["test"],
    };

    private readonly Dictionary<string, Lazy<IReadOnlyList<LabeledImage>>> _splits;

    private ImageFolder(string root, LabelSet labels, Dictionary<string, Lazy<IReadOnlyList<LabeledImage>>> splits)
    {
        Root = root;
        Labels = labels;
        _splits = splits;
    }

    /// <summary>The folder that was opened.</summary>
    public string Root { get; }

    /// <summary>The classes.</summary>
    public LabelSet Labels { get; }

    /// <summary>Those of <c>train</c>, <c>validation</c> and <c>test</c> that exist; label folders directly in the root are <c>train</c>.</summary>
    public IReadOnlyCollection<string> Splits => _splits.Keys;

    /// <summary>Lists the files of a folder; no image is opened.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="labels">The allowed labels, such as those of a checkpoint; null takes the names of the label folders.</param>
    /// <exception cref="FerException">The folder is missing or has no label folders, a training label has no images, or a label is unknown.</exception>
    public static ImageFolder Open(string root, LabelSet? labels = null)
    {
        if (!Directory.Exists(root))
        {
            throw new FerException(File.Exists(root)
                ? $"{root} is a file; a folder with train/<label>/ inside is needed"
                : $"{root} does not exist; give a folder with train/<label>/ inside");
        }

        var folders = SplitFolders
            .Select(split => (split.Key, Folder: split.Value.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists)))
            .Where(split => split.Folder is not null)
            .ToDictionary(split => split.Key, split => split.Folder!);
        if (folders.Count == 0)
        {
            folders["train"] = root;
        }

        // The training split must have images of every label; evaluation may use some labels only.
        var source = labels is null ? folders.GetValueOrDefault("train") ?? folders.First().Value : null;
        labels ??= LabelsOf(source!);
        var splits = folders.ToDictionary(split => split.Key, split => new Lazy<IReadOnlyList<LabeledImage>>(() => Files(split.Value, labels, isComplete: split.Value == source)));
        if (source is not null)
        {
            // Training needs all splits, so report errors before images are decoded; evaluation needs one and may lack the others.
            foreach (var split in splits.Values)
            {
                _ = split.Value;
            }
        }

        return new ImageFolder(root, labels, splits);
    }

    /// <summary>The files of a split, ordered by label, then ordinally by name.</summary>
    /// <exception cref="FerException">The folder has no such split, or it has no images or an unknown label.</exception>
    public IReadOnlyList<LabeledImage> Split(string name) => _splits.TryGetValue(name, out var files)
        ? files.Value
        : throw new FerException($"{Root} has no folder {name}/; it has {string.Join(", ", Splits.Select(key => key + "/"))}");

    private static LabelSet LabelsOf(string folder)
    {
        string[] names = [.. LabelFolders(folder)];
        return names.Length switch
        {
            0 => throw new FerException($"{folder} has no label folders; put the images into {Path.Combine(folder, "<label>")}"),
            1 => throw new FerException($"{folder} has only one label ({names[0]}); at least two are needed"),
            _ => new LabelSet(names.Order(StringComparer.Ordinal)),
        };
    }

    private static IEnumerable<string> LabelFolders(string folder) =>
        Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(IsVisible);

    private static IReadOnlyList<LabeledImage> Files(string folder, LabelSet labels, bool isComplete)
    {
        if (LabelFolders(folder).Order(StringComparer.Ordinal).FirstOrDefault(name => labels.IndexOf(name) < 0) is { } unknown)
        {
            throw new FerException($"{Path.Combine(folder, unknown)} is not a known label; known are {labels}");
        }

        var files = new List<LabeledImage>();
        for (var label = 0; label < labels.Count; label++)
        {
            var path = Path.Combine(folder, labels[label]);
            string[] images = Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path).Where(file => IsVisible(Path.GetFileName(file))).Order(StringComparer.Ordinal)]
                : [];
            if (images.Length == 0 && isComplete)
            {
                throw new FerException($"the label '{labels[label]}' has no images in {folder}");
            }

            files.AddRange(images.Select(image => new LabeledImage(image, label)));
        }

        if (files.Count == 0)
        {
            throw new FerException($"{folder} has no images of any of the labels {labels}");
        }

        return files;
    }

    private static bool IsVisible(string name) => !name.StartsWith('.');
}
