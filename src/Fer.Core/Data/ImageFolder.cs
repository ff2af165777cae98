namespace Fer.Core.Data;

/// <summary>A file with the index of its label.</summary>
public sealed record LabeledImage(string Path, int Label);

/// <summary>
/// A folder of images in label folders: <c>train/&lt;label&gt;/*</c> with <c>validation/</c> and <c>test/</c> beside it,
/// in any case and under their usual other names, or the label folders directly. Labels are the folder names, in ordinal
/// order; images in subfolders of a label folder belong to it.
/// </summary>
public sealed class ImageFolder
{
    private readonly Dictionary<string, Lazy<IReadOnlyList<LabeledImage>>> _splits;
    private readonly Dictionary<string, SplitListing> _listings;
    private readonly List<string> _notImages = [];
    private readonly List<string> _notes = [];

    private ImageFolder(DataLayout layout, LabelSet? labels, LabelRules rules)
    {
        Root = layout.Root;
        HasSplitFolders = !layout.IsSingle;
        _listings = layout.Splits.ToDictionary(split => split.Key, split => SplitListing.Of(split.Value));
        rules.RequireKnown([.. _listings.Values.SelectMany(listing => listing.Labels)], Root);
        // The training split must have images of every label; evaluation may use some labels only.
        var source = labels is null ? (_listings.GetValueOrDefault("train") ?? _listings.First().Value) : null;
        Labels = labels ?? LabelsOf(source!, rules);
        _notes.AddRange(layout.Others
            .Where(folder => DataLayout.FoldersIn(folder).Any(inner => rules.LabelOf(Path.GetFileName(inner)) is { } name && LabelMatching.IndexOf(Labels, name) >= 0))
            .Select(folder => $"{folder} is not used: its name is not that of a split (train, validation, test)"));
        _splits = _listings.ToDictionary(
            split => split.Key,
            split => new Lazy<IReadOnlyList<LabeledImage>>(() => Files(split.Value, rules, isComplete: split.Value == source)));
        if (source is not null)
        {
            // Training needs all splits, so report errors before images are decoded; evaluation needs one and may lack the others.
            foreach (var split in _splits.Values)
            {
                _ = split.Value;
            }

            _notes.AddRange(NotesOn(Labels));
        }
    }

    /// <summary>The folder that holds the splits: the one that was opened, or the one that it wraps.</summary>
    public string Root { get; }

    /// <summary>Whether there are folders for splits; false where the label folders lie directly in the root.</summary>
    public bool HasSplitFolders { get; }

    /// <summary>The classes.</summary>
    public LabelSet Labels { get; }

    /// <summary>Those of <c>train</c>, <c>validation</c> and <c>test</c> that exist; label folders directly in the root are <c>train</c>.</summary>
    public IReadOnlyCollection<string> Splits => _splits.Keys;

    /// <summary>Files in the label folders that are not images, in the splits that were listed so far.</summary>
    public IReadOnlyList<string> NotImages => _notImages;

    /// <summary>What a user should know about the folder, such as folders that are not labels, in the splits that were listed so far.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Lists the files of a folder; no image is decoded.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="labels">The allowed labels, such as those of a checkpoint; null takes the names of the label folders.</param>
    /// <param name="rules">Renamed and ignored labels; null for none.</param>
    /// <exception cref="FerException">The folder is missing or has no label folders, a training label has no images, or a label is unknown.</exception>
    public static ImageFolder Open(string root, LabelSet? labels = null, LabelRules? rules = null)
    {
        rules ??= LabelRules.None;
        return new ImageFolder(DataLayout.Find(root, name => labels is not null && LabelMatching.IndexOf(labels, name) >= 0), labels, rules);
    }

    /// <summary>The files of a split, ordered by label, then ordinally by path.</summary>
    /// <exception cref="FerException">The folder has no such split, or it has no images or an unknown label.</exception>
    public IReadOnlyList<LabeledImage> Split(string name) => _splits.TryGetValue(name, out var files)
        ? files.Value
        : throw new FerException($"{Root} has no folder {name}/; it has {string.Join(", ", Splits.Select(key => key + "/"))}");

    private static LabelSet LabelsOf(SplitListing listing, LabelRules rules)
    {
        string[] names = [.. listing.Labels.Select(rules.LabelOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        return names.Length switch
        {
            0 => throw new FerException($"{listing.Folder} has no label folders; put images in {Path.Combine(listing.Folder, "<label>")}"),
            1 => throw new FerException($"{listing.Folder} has only one label ({names[0]}); at least two are needed"),
            _ => new LabelSet(names.Order(StringComparer.Ordinal)),
        };
    }

    private static IEnumerable<string> NotesOn(LabelSet labels)
    {
        if (LabelMatching.NumberHint(labels) is { } hint)
        {
            yield return $"the labels are numbers: {hint}";
        }

        if (LabelMatching.Duplicate(labels) is var (first, second))
        {
            yield return $"the labels '{first}' and '{second}' seem to mean the same; --label-map {second}={first} joins them";
        }
    }

    private List<LabeledImage> Files(SplitListing listing, LabelRules rules, bool isComplete)
    {
        var folders = new List<(string Folder, int Label)>();
        foreach (var folder in listing.Labels)
        {
            if (rules.LabelOf(folder) is { } name)
            {
                var label = LabelMatching.IndexOf(Labels, name);
                folders.Add((folder, label >= 0 ? label : throw Unknown(listing, name)));
            }
        }

        NoteMatches(folders);
        var files = new List<LabeledImage>();
        foreach (var group in folders.GroupBy(folder => folder.Label).OrderBy(group => group.Key))
        {
            var trees = group.Select(folder => listing.Tree(folder.Folder)).ToList();
            _notImages.AddRange(trees.SelectMany(tree => tree.Others));
            string[] images = [.. trees.SelectMany(tree => tree.Images).Order(StringComparer.Ordinal)];
            if (images.Length == 0 && isComplete)
            {
                throw new FerException($"the label '{Labels[group.Key]}' has no images in {listing.Folder}: add some, remove the folder, or leave it out with --ignore-label \"{Labels[group.Key]}\"");
            }

            files.AddRange(images.Select(image => new LabeledImage(image, group.Key)));
        }

        _notes.AddRange(listing.Notes());
        return files.Count > 0 ? files : throw new FerException($"{listing.Folder} has no images of any of the labels {Labels}");
    }

    private void NoteMatches(IEnumerable<(string Folder, int Label)> folders)
    {
        var matched = string.Join(", ", folders.Where(folder => folder.Folder != Labels[folder.Label]).Select(folder => $"{folder.Folder} as {Labels[folder.Label]}"));
        if (matched.Length > 0)
        {
            _notes.Add($"label folders are read under other names: {matched}");
        }
    }

    private FerException Unknown(SplitListing listing, string name)
    {
        var advice = LabelMatching.NumberHint(listing.Labels) ?? $"rename it with --label-map {name}=LABEL or leave it out with --ignore-label {name}";
        return new FerException($"{Path.Combine(listing.Folder, name)} is not a known label; known are {Labels}; {advice}");
    }
}
