using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>What a training begins with: its own <c>last.pt</c>, another network's checkpoint, or nothing.</summary>
internal static class TrainingStart
{
    /// <summary>Where <c>last.pt</c> keeps the fingerprint of its images.</summary>
    public const string DataKey = "data";

    /// <summary>Where <c>last.pt</c> keeps the fingerprint of the teachers' and the votes' files.</summary>
    public const string OpinionsKey = "opinions";

    /// <param name="options">What to train.</param>
    /// <param name="labels">The labels of the images.</param>
    /// <param name="fingerprints">Of the images and the opinions.</param>
    /// <param name="last">The <c>last.pt</c> of the training that goes on; null for a new one.</param>
    /// <returns>The checkpoint, which suits the options and the images; null for drawn weights.</returns>
    /// <exception cref="FerException">A file is missing, is no checkpoint, or does not suit.</exception>
    public static Checkpoint? Of(TrainingOptions options, LabelSet labels, DataFingerprints fingerprints, string? last) =>
        last is not null ? Last(last, options, fingerprints) : options.Init is null ? null : Initial(options.Init, options, labels);

    /// <summary>The network that the options name.</summary>
    /// <exception cref="FerException">There is none, or it takes no such number.</exception>
    public static Architecture ArchitectureOf(TrainingOptions options) => Architecture.Named(options.Architecture) switch
    {
        EmotionNetArchitecture => EmotionNetArchitecture.OfWidth(options.Width) with { Squeeze = options.Squeeze, AddsMaximum = options.Head == GlobalPooling.AverageAndMax },
        var network when options is { Width: EmotionNetArchitecture.DefaultWidth, Squeeze: 0, Head: GlobalPooling.Average } => network,
        _ => throw new FerException($"--width, --se-ratio and --pool are for the default network, not for {options.Architecture}"),
    };

    /// <summary>The options that name a network as it is: one that is carried on has its own numbers.</summary>
    public static TrainingOptions Naming(Architecture architecture, TrainingOptions options) => architecture is EmotionNetArchitecture network
        ? options with { Width = network.Stem, Squeeze = network.Squeeze, Head = network.AddsMaximum ? GlobalPooling.AverageAndMax : GlobalPooling.Average }
        : options;

    private static Checkpoint Last(string path, TrainingOptions options, DataFingerprints fingerprints)
    {
        var last = CheckpointStore.Load(path);
        var saved = new StoredValues(last.Training ?? throw new FerException($"{path} holds no training to go on with"));
        if (saved.Has(DataKey) && saved.Text(DataKey) != fingerprints.Images)
        {
            throw new FerException($"{options.Data} holds other images than the training in {options.Output} began with: bring them back, or begin anew with --init {path}");
        }

        if (saved.Has(OpinionsKey) && saved.Text(OpinionsKey) != fingerprints.Opinions)
        {
            throw new FerException($"{string.Join(", ", DataFingerprints.FilesOf(options))}: not as when the training in {options.Output} began; bring the old files back, or begin anew with --init {path}");
        }

        return last;
    }

    private static Checkpoint Initial(string path, TrainingOptions options, LabelSet labels)
    {
        var start = CheckpointStore.Load(path);
        if (start.Architecture is EnsembleArchitecture)
        {
            throw new FerException($"{path} holds several networks, which cannot be trained further: name one of them, or name it as --teacher");
        }

        if (start.Architecture.Name != options.Architecture)
        {
            throw new FerException($"{path} holds the network {start.Architecture.Name}, the training is of {options.Architecture}: add --arch {start.Architecture.Name}");
        }

        start.RejectTooFewWeights();
        return start.Labels.SequenceEqual(labels)
            ? start
            : throw new FerException($"{path} tells {start.Labels}, the images {labels}: only a network of the same labels can be trained further");
    }
}
