using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary>The images that <c>fer-train evaluate</c> shows to its networks, read once for all that take the same input.</summary>
internal sealed class EvaluateData
{
    private readonly EvaluateOptions _options;
    private readonly ImageFolder _folder;
    private FaceDataset? _faces;

    /// <param name="options">What to read.</param>
    /// <param name="checkpoints">The networks.</param>
    /// <exception cref="FerException">The networks have different labels, or the folder has no such split.</exception>
    public EvaluateData(EvaluateOptions options, IReadOnlyList<Checkpoint> checkpoints)
    {
        _options = options;
        Labels = checkpoints[0].Labels;
        if (checkpoints.Index().FirstOrDefault(other => !other.Item.Labels.SequenceEqual(Labels)) is (var index, { } different))
        {
            throw new FerException($"{options.Models[index]} has the labels {different.Labels}, {options.Models[0]} has {Labels}; evaluate them one by one");
        }

        _folder = ImageFolder.Open(options.Data, Labels, options.LabelRules);
        Split = options.Split ?? DefaultSplit();
    }

    public LabelSet Labels { get; }

    /// <summary>The folder that holds the splits.</summary>
    public string Root => _folder.Root;

    public string Split { get; }

    /// <summary>Number of files that could not be decoded.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Files that are not images.</summary>
    public SkippedFiles Skipped => new(_folder.NotImages, Unreadable);

    /// <summary>The images as a network takes them.</summary>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FerException">No file is an image, or one is unreadable and that is not allowed.</exception>
    public FaceDataset Faces(int size, CancellationToken cancellation)
    {
        if (_faces?.Size == size)
        {
            return _faces;
        }

        var isFirst = _faces is null;
        _faces = Read(size, out var unreadable, cancellation);
        if (_options.Strict && unreadable.Count > 0)
        {
            throw new FerException($"{unreadable[0].Path}: {unreadable[0].Reason} ({unreadable.Count} unreadable in total); remove the files or omit --strict");
        }

        if (isFirst)
        {
            Unreadable = unreadable.Count;
            Warn(unreadable);
            foreach (var note in _folder.Notes)
            {
                Say(note);
            }
        }

        return _faces;
    }

    private string DefaultSplit()
    {
        if (_folder.Splits.Contains("test"))
        {
            return "test";
        }

        return _folder.Splits.Count == 1 && (_folder.Splits.Single() != "train" || !_folder.HasSplitFolders)
            ? _folder.Splits.Single()
            : throw new FerException($"{Root} has no test/: name the images to evaluate with --split ({string.Join(", ", _folder.Splits)}); networks do better on the train/ that they learned from than on new images");
    }

    private FaceDataset Read(int size, out IReadOnlyList<UnreadableImage> unreadable, CancellationToken cancellation)
    {
        var files = _folder.Split(Split);
        using var progress = new ProgressLine();
        return FaceDataset.Load(Labels, files, size, read => progress.ShowTimeLeft((double)read / files.Count, "reading images"), out unreadable, cancellation);
    }
}
