using Fer.Core.Model.Layers;

namespace Fer.Core.Model;

/// <summary>
/// The default network's numbers. Each stage halves width and height of the image: at 48x48 pixels three stages
/// after the stem end at 3x3.
/// </summary>
public sealed record EmotionNetArchitecture : Architecture
{
    /// <summary>Channels of the stem where nothing else is said.</summary>
    public const int DefaultWidth = 48;

    /// <summary>The most channels of the stem: a file's stage of more than <see cref="MostChannels"/> is refused.</summary>
    public const int LargestWidth = MostChannels / 8;

    private const int MostChannels = 2048;

    // Numbers that one face becomes after the stem. The default at the largest size, 512 pixels, has 12.6 million.
    private const long LargestMaps = 1 << 24;

    /// <summary>Channels of the stem.</summary>
    public int Stem { get; init; } = DefaultWidth;

    /// <summary>Channels of each stage.</summary>
    public IReadOnlyList<int> Stages { get; init; } = StagesOf(DefaultWidth);

    /// <summary>What the channels are divided by between squeeze and excitation; 0 leaves both out.</summary>
    public int Squeeze { get; init; }

    /// <summary>Channels between squeeze and excitation of a block; 0 for neither.</summary>
    internal int Squeezed(int channels) => Squeeze > 0 ? Math.Max(1, channels / Squeeze) : 0;

    /// <summary>Whether the head adds the maximum over the image to the mean. It learns more slowly (models/EXPERIMENTS.md).</summary>
    public bool AddsMaximum { get; init; }

    /// <summary>The network of another width: a stem of so many channels, three stages of which each doubles them.</summary>
    public static EmotionNetArchitecture OfWidth(int channels) => new() { Stem = channels, Stages = StagesOf(channels) };

    /// <inheritdoc/>
    public override string Name => "emotion-net";

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Numbers => new()
    {
        ["stem"] = (long)Stem,
        ["stages"] = Stages.Select(channels => (object?)(long)channels).ToList(),
        ["squeeze"] = (long)Squeeze,
        ["maximum"] = AddsMaximum ? 1L : 0L,
    };

    /// <inheritdoc/>
    public override long ConvolutionWeights =>
        9L * (Stem + Stages.Prepend(Stem).Zip(Stages, (from, to) => (long)from * to + 2L * to * to).Sum());

    /// <inheritdoc/>
    public override Architecture With(HyperparameterReader numbers) => new EmotionNetArchitecture
    {
        Stem = numbers.Whole("stem", 1, 1024),
        Stages = numbers.WholeList("stages", 1, MostChannels),
        // Files from before squeeze-and-excitation know nothing of it.
        Squeeze = numbers.Has("squeeze") ? numbers.Whole("squeeze", 0, 1024) : 0,
        // In files from before the choice the head adds it.
        AddsMaximum = !numbers.Has("maximum") || numbers.Whole("maximum", 0, 1) == 1,
    };

    /// <inheritdoc/>
    public override void RequireSize(int size)
    {
        if ((long)Stem * size * size > LargestMaps)
        {
            throw new FerException($"a stem of {Stem} channels at {size}x{size} pixels takes too much memory: the most are {LargestMaps / (size * size)} channels");
        }

        if (size >> (Stages.Count + 1) == 0)
        {
            throw new FerException($"{Stages.Count} stages need images of at least {2 << Stages.Count} pixels, not {size}");
        }
    }

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size)
    {
        RequireSize(size);
        return new EmotionNet(this, labels);
    }

    internal override string Describe(NetworkGraph graph, string prefix, string input, int labels)
    {
        var x = graph.ConvBatchNorm($"{prefix}stem", input, 1, Stem, pooled: true);
        foreach (var (index, outputs) in Stages.Index())
        {
            x = DescribeStage(graph, $"{prefix}stages.{index}", x, index == 0 ? Stem : Stages[index - 1], outputs);
        }

        var mean = graph.Add("GlobalAveragePool", [x]);
        x = AddsMaximum ? graph.Add("Add", [mean, graph.Add("GlobalMaxPool", [x])]) : mean;
        return graph.Linear($"{prefix}head", graph.Add("Flatten", [x]), Stages[^1], labels);
    }

    private string DescribeStage(NetworkGraph graph, string name, string input, int inputs, int outputs)
    {
        var x = graph.ConvBatchNorm($"{name}.down", input, inputs, outputs, pooled: true);
        var refined = graph.Relu(graph.ConvBatchNorm($"{name}.residual1", x, outputs, outputs, pooled: false));
        refined = graph.ConvBatchNorm($"{name}.residual2", refined, outputs, outputs, pooled: false);
        refined = Squeeze > 0 ? graph.SqueezeExcitation($"{name}.gate", refined, outputs, Squeezed(outputs)) : refined;
        return graph.Relu(graph.Add("Add", [refined, x]));
    }

    private static IReadOnlyList<int> StagesOf(int width) => [2 * width, 4 * width, 8 * width];
}
