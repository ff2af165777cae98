using Fer.Core.Model.Layers;

namespace Fer.Core.Model;

/// <summary>
/// Hyperparameters of the default network. The stem and each stage halve the width and height of the image: 48x48
/// pixels become 3x3 after the stem and three stages.
/// </summary>
public sealed record EmotionNetArchitecture : Architecture
{
    /// <summary>Default number of stem channels.</summary>
    public const int DefaultWidth = 32;

    /// <summary>Maximum number of stem channels: the last of three stages has eight times as many, and files allow 2048.</summary>
    public const int LargestWidth = MaxChannels / 8;

    /// <summary>Number of convolutions of a stage: one before its residual block and two inside.</summary>
    internal const int ConvolutionsPerStage = 3;

    /// <summary>Maximum number of channels anywhere.</summary>
    public const int MaxChannels = 2048;

    // Elements of the stem's output for one image. A stem of 48 channels at the largest size, 512 pixels, has 12.6 million.
    private const long MaxStemElements = 1 << 24;

    /// <summary>Number of stem channels.</summary>
    public int Stem { get; init; } = DefaultWidth;

    /// <summary>Number of channels of each stage.</summary>
    public IReadOnlyList<int> Stages { get; init; } = StagesForWidth(DefaultWidth);

    /// <summary>Reduction ratio of squeeze-and-excitation; 0 leaves it out.</summary>
    public int ReductionRatio { get; init; }

    /// <summary>Global pooling before the linear layer.</summary>
    public GlobalPooling Pooling { get; init; }

    /// <summary>
    /// The rank of each convolution of the stages, in their order, where it is factorized into a 3x3 convolution with this many
    /// channels and a 1x1 convolution; 0 where it is not. Empty if none is.
    /// </summary>
    public IReadOnlyList<int> Ranks { get; init; } = [];

    /// <summary>Number of channels of the stem and of each stage.</summary>
    internal IReadOnlyList<int> Widths => [Stem, .. Stages];

    /// <summary>Number of input and output channels of each stage.</summary>
    internal IEnumerable<(int Inputs, int Outputs)> StageWidths => Widths.Zip(Stages);

    /// <summary>A network with the given number of stem channels and three stages, each with twice the channels of the one before.</summary>
    public static EmotionNetArchitecture OfWidth(int channels) => new() { Stem = channels, Stages = StagesForWidth(channels) };

    /// <inheritdoc/>
    public override string Name => "emotion-net";

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Hyperparameters
    {
        get
        {
            var hyperparameters = new OrderedDictionary<string, object?>
            {
                ["stem"] = (long)Stem,
                ["stages"] = Integers(Stages),
                ["squeeze"] = (long)ReductionRatio,
                ["maximum"] = Pooling == GlobalPooling.AverageAndMax ? 1L : 0L,
            };
            if (Ranks.Count > 0)
            {
                // Only where it is needed, so that older versions open all other files.
                hyperparameters["ranks"] = Integers(Ranks);
            }

            return hyperparameters;
        }
    }

    /// <inheritdoc/>
    public override long ConvolutionWeights => 9L * Stem + StageWidths.Index().Sum(stage =>
    {
        var (inputs, outputs) = stage.Item;
        var ranks = RanksOf(stage.Index);
        return Weights(inputs, outputs, ranks[0]) + Weights(outputs, outputs, ranks[1]) + Weights(outputs, outputs, ranks[2]);
    });

    /// <inheritdoc/>
    public override string? OutputLayer => "head";

    /// <inheritdoc/>
    public override Architecture WithHyperparameters(HyperparameterReader reader)
    {
        // Files written before squeeze-and-excitation existed lack "squeeze"; before the choice of pooling, max pooling was always added.
        var reductionRatio = reader.Has("squeeze") ? reader.Int("squeeze", 0, 1024) : 0;
        var addsMax = !reader.Has("maximum") || reader.Int("maximum", 0, 1) == 1;
        var stages = reader.IntList("stages", 1, MaxChannels);
        IReadOnlyList<int> ranks = reader.Has("ranks") ? reader.IntList("ranks", 0, MaxChannels, ConvolutionsPerStage * HyperparameterReader.MaxItems) : [];
        if (ranks.Count > 0 && ranks.Count != ConvolutionsPerStage * stages.Count)
        {
            throw new FerException($"the architecture's 'ranks' are {ranks.Count} instead of {ConvolutionsPerStage} for each of the {stages.Count} stages");
        }

        return new EmotionNetArchitecture
        {
            Stem = reader.Int("stem", 1, 1024),
            Stages = stages,
            Ranks = ranks,
            ReductionRatio = reductionRatio,
            Pooling = addsMax ? GlobalPooling.AverageAndMax : GlobalPooling.Average,
        };
    }

    /// <inheritdoc/>
    public override void RequireSize(int size)
    {
        if ((long)Stem * size * size > MaxStemElements)
        {
            throw new FerException($"a stem of {Stem} channels at {size}x{size} pixels takes too much memory: the maximum is {MaxStemElements / (size * size)} channels");
        }

        var smallest = 2 << Stages.Count;
        if (size < smallest)
        {
            throw new FerException($"{Stages.Count} stages need images of at least {smallest} pixels, not {size}");
        }
    }

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size)
    {
        RequireSize(size);
        return new EmotionNet(this, labels);
    }

    internal override string AddToGraph(NetworkGraph graph, string prefix, string input, int labels)
    {
        var x = graph.ConvBatchNorm($"{prefix}stem", input, 1, Stem, pooled: true);
        foreach (var (index, (inputs, outputs)) in StageWidths.Index())
        {
            x = AddStageToGraph(graph, $"{prefix}stages.{index}", x, inputs, outputs, RanksOf(index));
        }

        var average = graph.Add("GlobalAveragePool", [x]);
        var pooled = Pooling == GlobalPooling.AverageAndMax ? graph.Add("Add", [average, graph.Add("GlobalMaxPool", [x])]) : average;
        return graph.Linear($"{prefix}head", graph.Add("Flatten", [pooled]), Stages[^1], labels);
    }

    /// <summary>Hidden channels of squeeze-and-excitation in a stage of the given width; 0 for none.</summary>
    internal int SqueezedChannels(int channels) => ReductionRatio > 0 ? Math.Max(1, channels / ReductionRatio) : 0;

    /// <summary>The ranks of the convolutions of a stage.</summary>
    internal int[] RanksOf(int stage) => Ranks.Count == 0 ? new int[ConvolutionsPerStage] : [.. Ranks.Skip(ConvolutionsPerStage * stage).Take(ConvolutionsPerStage)];

    private static long Weights(long inputs, long outputs, long rank) => rank == 0 ? 9 * inputs * outputs : rank * (9 * inputs + outputs);

    private static List<object?> Integers(IEnumerable<int> values) => [.. values.Select(value => (object?)(long)value)];

    private string AddStageToGraph(NetworkGraph graph, string name, string input, int inputs, int outputs, int[] ranks)
    {
        var x = graph.ConvBatchNorm($"{name}.down", input, inputs, outputs, pooled: true, ranks[0]);
        var residual = graph.Relu(graph.ConvBatchNorm($"{name}.residual1", x, outputs, outputs, pooled: false, ranks[1]));
        residual = graph.ConvBatchNorm($"{name}.residual2", residual, outputs, outputs, pooled: false, ranks[2]);
        if (ReductionRatio > 0)
        {
            residual = graph.SqueezeExcitation($"{name}.gate", residual, outputs, SqueezedChannels(outputs));
        }

        return graph.Relu(graph.Add("Add", [residual, x]));
    }

    private static IReadOnlyList<int> StagesForWidth(int width) => [2 * width, 4 * width, 8 * width];
}
