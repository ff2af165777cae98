using System.Text.Json.Serialization;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>
/// The options of a training run; <c>options.json</c> of a run folder holds them. The defaults are the best known recipe.
/// The keys and values in the file are those of the first release, so that its run folders can be resumed.
/// </summary>
public sealed partial record TrainingOptions
{
    /// <summary>The folder of images.</summary>
    public required string Data { get; init; }

    /// <summary>Label folders with the labels that they stand for, as <c>a=b,c=d</c>; null for none.</summary>
    public string? LabelMap { get; init; }

    /// <summary>Labels whose images are left out.</summary>
    public IReadOnlyList<string> IgnoredLabels { get; init; } = [];

    /// <summary>The run folder.</summary>
    public required string Output { get; init; }

    /// <summary>Where the best network is copied at the end; null for nowhere.</summary>
    public string? Shortcut { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Name of the architecture.</summary>
    public string Architecture { get; init; } = new EmotionNetArchitecture().Name;

    /// <summary>For the default network: channels of the stem; each stage doubles them.</summary>
    public int Width { get; init; } = EmotionNetArchitecture.DefaultWidth;

    /// <summary>For the default network: reduction ratio of squeeze-and-excitation; 0 for none.</summary>
    public int Squeeze { get; init; }

    /// <summary>For the default network: the global pooling.</summary>
    public GlobalPooling Head { get; init; }

    /// <summary>Width and height of the input in pixels.</summary>
    public int Size { get; init; } = 48;

    /// <summary>Images per step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimizer.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>The peak learning rate.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>The learning rate schedule after the warmup.</summary>
    public LearningRateCurve Schedule { get; init; } = LearningRateCurve.Cosine;

    /// <summary>The fraction of all steps in which the learning rate rises to its peak, 0..1.</summary>
    public double WarmUp { get; init; } = 0.15;

    /// <summary>Weight decay of convolution and linear weights; biases and batch normalization have none.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Name of the data augmentation.</summary>
    public string Augment { get; init; } = "standard";

    /// <summary>Label smoothing: the part of the target that is spread over all labels, 0..0.9.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Mixup alpha, the parameter of the beta distribution; 0 for none.</summary>
    public double Mixup { get; init; }

    /// <summary>A checkpoint to start from; null for random initialization.</summary>
    public string? Init { get; init; }

    /// <summary>The first epochs in which only the last layer is trained: its random weights would spoil the others.</summary>
    public int FrozenEpochs { get; init; }

    /// <summary>Checkpoints of the teachers for knowledge distillation.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>FER+'s <c>fer2013new.csv</c>, whose votes become soft targets; or null.</summary>
    public string? Votes { get; init; }

    /// <summary>The distillation weight, 0..1: the share of teachers and FER+ votes in the target; the label has the rest.</summary>
    public double SoftLabels { get; init; } = 0.5;

    /// <summary>Weights the loss of each label by the inverse of its frequency.</summary>
    public bool ClassWeights { get; init; }

    /// <summary>How often an epoch shows the images of each label.</summary>
    public Sampling Sampling { get; init; }

    /// <summary>
    /// Logit adjustment (Menon et al. 2021, "Long-tail learning via logit adjustment"): the loss adds this many times the
    /// logarithm of each label's frequency to its logit; 1 aims at balanced accuracy, 0 is off.
    /// </summary>
    public double LogitAdjustment { get; init; }

    /// <summary>What decides which epoch is the best.</summary>
    public BestEpochCriterion Criterion { get; init; }

    /// <summary>Decay of the exponential moving average of the weights per step; 0 for none.</summary>
    public double Ema { get; init; } = 0.999;

    /// <summary>Normalizes the pixels by the training set's mean and standard deviation; else they stay in 0..1.</summary>
    [JsonPropertyName("standardise")]
    public bool Normalize { get; init; } = true;

    /// <summary>Early stopping after this many epochs without improvement; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>The images that choose the best epoch.</summary>
    public ValidationChoice Validation { get; init; } = ValidationChoice.Auto;

    /// <summary>Images that stay on one side of a split, as <see cref="ImageGroups.Parse"/> takes them; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Where near-identical images go when validation images are held out.</summary>
    public SimilarImages Similar { get; init; }

    /// <summary>Cross-validation: into how many parts the training images are divided; 0 for none.</summary>
    public int Folds { get; init; }

    /// <summary>The part that this training validates on, 1 for the first; 0 without cross-validation.</summary>
    public int Fold { get; init; }

    /// <summary>Random seed.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>The device to train on.</summary>
    public RequestedDevice Device { get; init; }

    /// <summary>The precision of the convolutions.</summary>
    public RequestedPrecision Precision { get; init; }

    /// <summary>CPU threads; 0 for all.</summary>
    public int Threads { get; init; }

    /// <summary>Makes an unreadable image an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Writes TensorBoard event files into the run folder.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>The recipe of the well-known Keras tutorial, with its network.</summary>
    public TrainingOptions Classic() => this with
    {
        Architecture = new ClassicArchitecture().Name,
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

    /// <summary>The recipe for a trained network and few images: small steps, the last layer first, more variety, early stopping.</summary>
    public TrainingOptions FineTuning() => this with
    {
        Epochs = 40,
        BatchSize = 32,
        LearningRate = 5e-4,
        WarmUp = 0.1,
        Ema = 0.98,
        Augment = "strong",
        FrozenEpochs = 3,
        Patience = 12,
    };
}
