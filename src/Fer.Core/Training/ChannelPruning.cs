using System.Globalization;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>
/// Structured pruning: a narrower network made of the most important channels of a trained one, to be trained further. A
/// channel's importance is the scale of its batch norm (Liu et al. 2017, "Learning Efficient Convolutional Networks
/// through Network Slimming") times the norm of the weights that read it, since the next layer may ignore a large channel.
/// </summary>
internal sealed class ChannelPruning
{
    private readonly OrderedDictionary<string, StoredTensor> _weights;

    private ChannelPruning(OrderedDictionary<string, StoredTensor> weights) =>
        _weights = new(weights.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Type == StoredType.Int64 ? pair.Value : pair.Value.ToFloat32())));

    /// <summary>The network with fewer channels.</summary>
    /// <param name="checkpoint">A default network whose weights fit it.</param>
    /// <param name="widths">Channels of the stem, with the stages in proportion; or of the stem and each stage.</param>
    /// <exception cref="FerException">The network is of another architecture, or not wider.</exception>
    public static Checkpoint ToWidths(Checkpoint checkpoint, IReadOnlyList<int> widths)
    {
        if (checkpoint.Architecture is not EmotionNetArchitecture wide)
        {
            throw new FerException($"{checkpoint.Name} cannot be pruned: --prune-width is for {new EmotionNetArchitecture().Name}, and it is {checkpoint.Architecture.Name}");
        }

        if (wide.Ranks.Count > 0)
        {
            throw new FerException($"{checkpoint.Name} cannot be pruned after fer-train compress: prune the network that it was made from");
        }

        var current = wide.Widths;
        int[] targets = widths is [var stem] ? [.. current.Select(channels => Math.Max(1, channels * stem / wide.Stem))] : [.. widths];
        if (targets.Length != current.Count || targets.SequenceEqual(current) || targets.Zip(current).Any(pair => pair.First > pair.Second))
        {
            throw new FerException($"{checkpoint.Name} has {string.Join(", ", current)} channels in the stem and the stages: --prune-width takes fewer, one number for the stem or {current.Count} for all");
        }

        var narrow = wide with { Stem = targets[0], Stages = targets[1..] };
        var pruning = new ChannelPruning(checkpoint.Weights);
        pruning.Prune(narrow);
        return checkpoint with { Architecture = narrow, Weights = pruning._weights };
    }

    private void Prune(EmotionNetArchitecture narrow)
    {
        Keep(narrow.Stem, rows: ConvBatchNorm("stem"), columns: ["stages.0.down.conv.weight"], scales: ["stem.norm.weight"], readers: ["stages.0.down.conv.weight"]);
        foreach (var (index, channels) in narrow.Stages.Index())
        {
            var stage = string.Create(CultureInfo.InvariantCulture, $"stages.{index}");
            var next = index + 1 < narrow.Stages.Count ? string.Create(CultureInfo.InvariantCulture, $"stages.{index + 1}.down.conv.weight") : "head.weight";
            var (inner, outer) = ($"{stage}.residual1.conv.weight", $"{stage}.residual2.conv.weight");
            var (squeeze, excite) = ($"{stage}.gate.squeeze", $"{stage}.gate.excite");
            var isGated = narrow.ReductionRatio > 0;
            // The residual is added to the stage's input: both keep the same channels.
            Keep(
                channels,
                rows: [.. ConvBatchNorm($"{stage}.down"), .. ConvBatchNorm($"{stage}.residual2"), .. isGated ? [$"{excite}.weight", $"{excite}.bias"] : Array.Empty<string>()],
                columns: [inner, next, .. isGated ? [$"{squeeze}.weight"] : Array.Empty<string>()],
                scales: [$"{stage}.down.norm.weight", $"{stage}.residual2.norm.weight"],
                readers: [next, inner]);
            Keep(channels, rows: ConvBatchNorm($"{stage}.residual1"), columns: [outer], scales: [$"{stage}.residual1.norm.weight"], readers: [outer]);
            if (isGated)
            {
                Keep(narrow.SqueezedChannels(channels), rows: [$"{squeeze}.weight", $"{squeeze}.bias"], columns: [$"{excite}.weight"], scales: [$"{squeeze}.weight"], readers: [$"{excite}.weight"]);
            }
        }
    }

    /// <summary>Keeps the most important channels of one place in the network.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rows">The parameters that have the channels as their first dimension: what writes them.</param>
    /// <param name="columns">Those that have them as their second dimension: what reads them.</param>
    /// <param name="scales">Of <paramref name="rows"/>, those whose size counts.</param>
    /// <param name="readers">Of <paramref name="columns"/>, those whose size counts, each as much as the others.</param>
    private void Keep(int count, string[] rows, string[] columns, string[] scales, string[] readers)
    {
        var written = Sum(scales.Select(name => Norms(_weights[name], 0)));
        var read = Sum(readers.Select(name => Norms(_weights[name], 1)).Select(norms => Array.ConvertAll(norms, norm => norm / norms.Average())));
        int[] kept = [.. Enumerable.Range(0, written.Length).OrderByDescending(channel => written[channel] * read[channel]).Take(count).Order()];
        foreach (var name in rows)
        {
            _weights[name] = Select(_weights[name], 0, kept);
        }

        foreach (var name in columns)
        {
            _weights[name] = Select(_weights[name], 1, kept);
        }
    }

    private static string[] ConvBatchNorm(string layer) =>
        [$"{layer}.conv.weight", $"{layer}.norm.weight", $"{layer}.norm.bias", $"{layer}.norm.running_mean", $"{layer}.norm.running_var"];

    private static double[] Sum(IEnumerable<double[]> terms) => terms.Aggregate((sum, term) => [.. sum.Zip(term, (a, b) => a + b)]);

    /// <summary>The Euclidean norm of each slice along a dimension.</summary>
    private static double[] Norms(StoredTensor tensor, int axis)
    {
        var (count, inner) = ((int)tensor.Shape[axis], (int)Product(tensor.Shape.Skip(axis + 1)));
        var squares = new double[count];
        foreach (var (place, value) in tensor.Elements().ToArray().Index())
        {
            squares[place / inner % count] += value * (double)value;
        }

        return Array.ConvertAll(squares, Math.Sqrt);
    }

    private static StoredTensor Select(StoredTensor tensor, int axis, int[] kept)
    {
        var (outer, count, inner) = ((int)Product(tensor.Shape.Take(axis)), (int)tensor.Shape[axis], (int)Product(tensor.Shape.Skip(axis + 1)));
        var selected = tensor with
        {
            Shape = [.. tensor.Shape.Select((length, dimension) => dimension == axis ? kept.Length : length)],
            Data = new byte[outer * kept.Length * inner * sizeof(float)],
        };
        for (var block = 0; block < outer; block++)
        {
            foreach (var (place, channel) in kept.Index())
            {
                tensor.Elements().Slice((block * count + channel) * inner, inner).CopyTo(selected.Elements()[((block * kept.Length + place) * inner)..]);
            }
        }

        return selected;
    }

    private static long Product(IEnumerable<long> lengths) => lengths.Aggregate(1L, (product, length) => product * length);
}
