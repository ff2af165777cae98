using System.Security.Cryptography;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;

namespace Fer.Core.Training;

/// <summary>The trained network whose weights a new training run begins with: <c>--init</c>.</summary>
/// <param name="Checkpoint">The network; of an ensemble, one of its members.</param>
/// <param name="Rows">For each label of the training the row of the last layer that means the same; -1 for a new one.</param>
/// <param name="Origin">File, hash, and what became of the last layer, in words.</param>
internal sealed record InitialNetwork(Checkpoint Checkpoint, IReadOnlyList<int> Rows, string Origin)
{
    // As many digits as a person compares; git shows no more either.
    private const int HashDigits = 12;

    /// <param name="path">The file.</param>
    /// <param name="options">What to train.</param>
    /// <param name="labels">The labels of the training images.</param>
    /// <exception cref="FerException">The file is missing, is not a checkpoint, or is of another kind of network.</exception>
    public static InitialNetwork Load(string path, TrainingOptions options, LabelSet labels)
    {
        var (checkpoint, number, count) = CheckpointEnsemble.Heaviest(CheckpointStore.Load(path));
        if (checkpoint.Architecture.Name != options.Architecture)
        {
            throw new FerException($"{path} holds the network {checkpoint.Architecture.Name}, but {options.Architecture} is to be trained: add --arch {checkpoint.Architecture.Name}");
        }

        checkpoint.RequireFit();
        int[] rows = [.. labels.Select(name => LabelMatching.IndexOf(checkpoint.Labels, name))];
        var place = count == 1 ? "" : $", network {number} of the {count} in the ensemble";
        var file = $"{Path.GetFileName(BundledModel.NameOf(path))}{place} (sha256 {Hash(path)[..HashDigits]})";
        var (network, pruning) = options.PruneWidths.Count == 0
            ? (checkpoint, "")
            : (ChannelPruning.ToWidths(checkpoint, options.PruneWidths), $"pruned to width {string.Join(",", options.PruneWidths)}; ");
        return new InitialNetwork(network, rows, $"{file}: {pruning}{Describe(rows, labels)}");
    }

    /// <summary>The stored weights, with a last layer for the labels of the training.</summary>
    /// <param name="random">The random weights of the network to be trained, some of which become the new rows.</param>
    /// <param name="size">Width and height of the images to train on, for the message.</param>
    /// <exception cref="FerException">The file lacks the last layer.</exception>
    public StepState StateFor(StepState random, int size) => StepState.BeforeFirstStep(WeightsFor(random.Weights)) with
    {
        Misfit = $"{Checkpoint.Name} does not fit a training run with images of {size} pixels",
    };

    private OrderedDictionary<string, StoredTensor> WeightsFor(OrderedDictionary<string, StoredTensor> random)
    {
        if (Rows.SequenceEqual(Enumerable.Range(0, Checkpoint.Labels.Count)))
        {
            return Checkpoint.Weights;
        }

        var weights = new OrderedDictionary<string, StoredTensor>(Checkpoint.Weights);
        foreach (var name in random.Keys.Where(name => name.StartsWith($"{Checkpoint.Architecture.OutputLayer}.", StringComparison.Ordinal)))
        {
            weights[name] = weights.TryGetValue(name, out var trained)
                ? Combine(random[name], trained.ToFloat32(), name)
                : throw new FerException($"missing key '{name}' in the state dictionary");
        }

        return weights;
    }

    private StoredTensor Combine(StoredTensor fresh, StoredTensor trained, string name)
    {
        var length = fresh.Data.Length / Rows.Count;
        if (trained.Data.Length != length * Checkpoint.Labels.Count)
        {
            throw new FerException($"'{name}' does not have a row for each of the labels {Checkpoint.Labels}");
        }

        var data = fresh.Data.ToArray();
        foreach (var (label, row) in Rows.Index().Where(pair => pair.Item >= 0))
        {
            trained.Data.AsSpan(row * length, length).CopyTo(data.AsSpan(label * length));
        }

        return fresh with { Data = data };
    }

    private static string Describe(int[] rows, LabelSet labels)
    {
        string Names(bool known) => string.Join(", ", labels.Where((_, label) => (rows[label] >= 0) == known));
        return rows.Contains(-1)
            ? $"last layer new for {Names(known: false)}{(rows.Max() < 0 ? "" : $", kept for {Names(known: true)}")}"
            : "last layer kept";
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
