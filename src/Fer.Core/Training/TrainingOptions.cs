using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>The rule that turns gradients into steps.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015), weight decay added to the gradient.</summary>
    Adam,

    /// <summary>AdamW (Loshchilov and Hutter 2019), weight decay apart from the gradient.</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov momentum 0.9.</summary>
    Sgd,
}

/// <summary>Everything that decides a training; <c>options.json</c> of a run folder holds it. The defaults are the best known recipe.</summary>
public sealed record TrainingOptions
{
    /// <summary>The folder of images.</summary>
    public required string Data { get; init; }

    /// <summary>The run folder.</summary>
    public required string Output { get; init; }

    /// <summary>Where a copy of the best network goes at the end; null for nowhere.</summary>
    public string? Shortcut { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Name of the architecture.</summary>
    public string Architecture { get; init; } = "emotion-net";

    /// <summary>For the default network: channels of the stem; each stage doubles them.</summary>
    public int Width { get; init; } = EmotionNetArchitecture.DefaultWidth;

    /// <summary>For the default network: what squeeze-and-excitation divides the channels by; 0 leaves it out.</summary>
    public int Squeeze { get; init; }

    /// <summary>For the default network: what its head takes of each channel, mean or mean+max.</summary>
    public string Head { get; init; } = "mean";

    /// <summary>Width and height of the input in pixels.</summary>
    public int Size { get; init; } = 48;

    /// <summary>Faces a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimizer.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>The highest learning rate.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>How the learning rate falls.</summary>
    public LearningRateCurve Schedule { get; init; } = LearningRateCurve.Cosine;

    /// <summary>The fraction of the training in which the learning rate rises, 0..1.</summary>
    public double WarmUp { get; init; } = 0.15;

    /// <summary>Weight decay of convolution and dense weights; biases and batch norm have none.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Name of the augmentation.</summary>
    public string Augment { get; init; } = "standard";

    /// <summary>The part of the target that is spread over all labels, 0..1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Blends faces in pairs, by shares of the beta distribution with this parameter; 0 for none.</summary>
    public double Mixup { get; init; }

    /// <summary>A checkpoint whose weights the training begins with; null draws them.</summary>
    public string? Init { get; init; }

    /// <summary>Checkpoints whose opinion of the training faces the network is to learn.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>FER+'s <c>fer2013new.csv</c>, whose taggers' opinion of the training faces the network is to learn; or null.</summary>
    public string? Votes { get; init; }

    /// <summary>The part of the target that teachers and votes decide, 0..1; the label decides the rest.</summary>
    public double SoftLabels { get; init; } = 0.5;

    /// <summary>Weighs each label by the inverse of its count, so that rare ones count as much.</summary>
    public bool ClassWeights { get; init; }

    /// <summary>Decay of the averaged weights a step, or 0 for none.</summary>
    public double Ema { get; init; } = 0.999;

    /// <summary>Standardises the pixels by the training set's mean and deviation; else they stay in 0..1.</summary>
    [JsonPropertyName("standardise")]
    public bool Normalize { get; init; } = true;

    /// <summary>Ends the training after this many epochs without a better one; 0 never does.</summary>
    public int Patience { get; init; }

    /// <summary>A fraction of the training images, or <c>test</c> or <c>validation</c>: the images that choose the best epoch.</summary>
    public string Validation { get; init; } = "auto";

    /// <summary>Of everything random.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>auto, cpu or cuda.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>auto, fp32 or bf16.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Processor threads; 0 takes all.</summary>
    public int Threads { get; init; }

    /// <summary>Makes an unreadable image an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Writes TensorBoard event files into the run folder.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>The Keras tutorial's training of its network, to the letter.</summary>
    public TrainingOptions Classic() => this with
    {
        Architecture = "classic",
        Optimizer = OptimizerKind.Adam,
        LearningRate = 1e-3,
        Schedule = LearningRateCurve.Constant,
        WarmUp = 0,
        WeightDecay = 0,
        Augment = "none",
        LabelSmoothing = 0,
        Mixup = 0,
        Ema = 0,
        Normalize = false,
    };

    /// <summary>As the text of <c>options.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingOptions);

    /// <summary>Reads <c>options.json</c>.</summary>
    /// <exception cref="FerException">The text is no options file.</exception>
    public static TrainingOptions FromJson(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingOptions) ?? throw new JsonException("it is empty");
        }
        catch (JsonException failure)
        {
            throw new FerException($"{path} holds no training options: {failure.Message.Split('\n')[0]}", failure);
        }
    }
}

/// <summary>Reads and writes the options without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class TrainingJson : JsonSerializerContext;
