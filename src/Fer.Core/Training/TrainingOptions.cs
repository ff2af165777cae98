using System.Text.Json.Serialization;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>
/// The options of a training run, with their ranges and defaults, which are the best known recipe. <c>options.json</c> of a
/// run folder holds them. The keys and values in the file are those of the first release, so that its run folders can be resumed.
/// </summary>
public sealed partial record TrainingOptions
{
    /// <summary>The folder of images.</summary>
    [TrainingOption("--data", IsPath = true)]
    public required string Data { get; init; }

    /// <summary>Label folders with the labels that they stand for, as <c>a=b,c=d</c>; null for none.</summary>
    [TrainingOption("--label-map")]
    public string? LabelMap { get; init; }

    /// <summary>Labels whose images are left out.</summary>
    [TrainingOption("--ignore-label")]
    public IReadOnlyList<string> IgnoredLabels { get; init; } = [];

    /// <summary>The run folder.</summary>
    [TrainingOption("--out", IsPath = true)]
    public required string Output { get; init; }

    /// <summary>Where the best network is copied at the end; null for nowhere.</summary>
    [TrainingOption("--out", IsPath = true)]
    [JsonPropertyName("shortcut")]
    public string? BestCopy { get; init; }

    /// <summary>Passes over the training images.</summary>
    [TrainingOption("--epochs", 1, 100_000)]
    public int Epochs { get; init; } = 100;

    /// <summary>Name of the architecture.</summary>
    [TrainingOption("--arch")]
    public string Architecture { get; init; } = new EmotionNetArchitecture().Name;

    /// <summary>For the default network: channels of the stem; each stage doubles them.</summary>
    [TrainingOption("--width", 4, EmotionNetArchitecture.LargestWidth, IsOfCheckpoint = true)]
    public int Width { get; init; } = EmotionNetArchitecture.DefaultWidth;

    /// <summary>For the default network: reduction ratio of squeeze-and-excitation; 0 for none.</summary>
    [TrainingOption("--se-ratio", 0, 64, IsOfCheckpoint = true)]
    [JsonPropertyName("squeeze")]
    public int ReductionRatio { get; init; }

    /// <summary>For the default network: the global pooling.</summary>
    [TrainingOption("--pool", IsOfCheckpoint = true)]
    [JsonPropertyName("head")]
    public GlobalPooling Pooling { get; init; }

    /// <summary>Width and height of the input in pixels.</summary>
    [TrainingOption("--size", 16, 512)]
    public int Size { get; init; } = 48;

    /// <summary>Images per step; batch normalization needs more than one.</summary>
    [TrainingOption("--batch-size", 2, 8192)]
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimizer.</summary>
    [TrainingOption("--optimizer")]
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>The peak learning rate.</summary>
    [TrainingOption("--lr", 0, 100)]
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>The learning rate schedule after the warmup.</summary>
    [TrainingOption("--schedule")]
    public LearningRateCurve Schedule { get; init; } = LearningRateCurve.Cosine;

    /// <summary>The fraction of all steps in which the learning rate rises to its peak, 0..1.</summary>
    [TrainingOption("--warmup", 0, 1)]
    public double WarmUp { get; init; } = 0.15;

    /// <summary>Weight decay of convolution and linear weights; biases and batch normalization have none.</summary>
    [TrainingOption("--weight-decay", 0, 10)]
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Name of the data augmentation.</summary>
    [TrainingOption("--augment")]
    public string Augment { get; init; } = "standard";

    /// <summary>Label smoothing: the part of the target that is spread over all labels, 0..0.9.</summary>
    [TrainingOption("--label-smoothing", 0, 0.9)]
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Mixup alpha, the parameter of the beta distribution; 0 for none. Below the smallest alpha, sampling the distribution underflows and never ends.</summary>
    [TrainingOption("--mixup", 0.01, 10, OrZero = true)]
    public double Mixup { get; init; }

    /// <summary>CutMix alpha, the parameter of the beta distribution of the area; 0 for none. It takes every second step, on average.</summary>
    [TrainingOption("--cutmix", 0.01, 10, OrZero = true)]
    [JsonPropertyName("cutmix")]
    public double CutMix { get; init; }

    /// <summary>Radius of sharpness-aware minimization (rho), after <see cref="FrozenEpochs"/>; a second forward and backward pass in each step. 0 for none.</summary>
    [TrainingOption("--sam", 0, 1)]
    public double Sam { get; init; }

    /// <summary>A checkpoint to start from; null for random initialization.</summary>
    [TrainingOption("--init", IsPath = true)]
    public string? Init { get; init; }

    /// <summary>
    /// Channels to which the network of <see cref="Init"/> is narrowed before the training: of the stem, with the stages in proportion, or
    /// of the stem and each stage. Empty: it stays as it is.
    /// </summary>
    [TrainingOption("--prune-width", 4, EmotionNetArchitecture.MaxChannels)]
    public IReadOnlyList<int> PruneWidths { get; init; } = [];

    /// <summary>The first epochs in which only the last layer is trained: its random weights would spoil the others.</summary>
    [TrainingOption("--freeze", 0, 100_000)]
    public int FrozenEpochs { get; init; }

    /// <summary>The first epochs in which only the last layer is in fact trained: pruning damages all layers, which therefore all need training.</summary>
    internal int EpochsOfLastLayer => PruneWidths.Count > 0 ? 0 : FrozenEpochs;

    /// <summary>Checkpoints of the teachers for knowledge distillation.</summary>
    [TrainingOption("--teacher", IsPath = true)]
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>Augmented views of each image that the teachers predict, each once; 0: every epoch shows new ones, and they predict all of them.</summary>
    [TrainingOption("--teacher-views", 1, 100, OrZero = true)]
    public int TeacherViews { get; init; }

    /// <summary>Which augmented view of its images an epoch shows.</summary>
    internal AugmentedViews Views => new(Teachers.Count > 0 ? TeacherViews : 0);

    /// <summary>FER+'s <c>fer2013new.csv</c>, whose votes become soft targets; or null.</summary>
    [TrainingOption("--ferplus-votes", IsPath = true)]
    [JsonPropertyName("votes")]
    public string? FerPlusVotes { get; init; }

    /// <summary>The distillation weight, 0..1: the share of teachers and FER+ votes in the target; the label has the rest.</summary>
    [TrainingOption("--distill-weight", 0, 1)]
    [JsonPropertyName("softLabels")]
    public double DistillationWeight { get; init; } = 0.5;

    /// <summary>Weights the loss of each label by the inverse of its frequency.</summary>
    [TrainingOption("--class-weights")]
    public bool ClassWeights { get; init; }

    /// <summary>How often an epoch shows the images of each label.</summary>
    [TrainingOption("--sampling")]
    public Sampling Sampling { get; init; }

    /// <summary>
    /// Logit adjustment (Menon et al. 2021, "Long-tail learning via logit adjustment"): the loss adds this many times the
    /// logarithm of each label's frequency to its logit; 1 aims at balanced accuracy, 0 is off.
    /// </summary>
    [TrainingOption("--logit-adjustment", 0, 5)]
    public double LogitAdjustment { get; init; }

    /// <summary>What decides which epoch is the best.</summary>
    [TrainingOption("--criterion")]
    public BestEpochCriterion Criterion { get; init; }

    /// <summary>Decay of the exponential moving average of the weights per step; 0 for none.</summary>
    [TrainingOption("--ema", 0, 0.999999)]
    public double Ema { get; init; } = 0.999;

    /// <summary>Normalizes the pixels by the training set's mean and standard deviation; else they stay in 0..1.</summary>
    [JsonPropertyName("standardise")]
    [TrainingOption("--recipe")]
    public bool Normalize { get; init; } = true;

    /// <summary>Early stopping after this many epochs without improvement; 0 for never.</summary>
    [TrainingOption("--patience", 0, 100_000)]
    public int Patience { get; init; }

    /// <summary>The images that choose the best epoch.</summary>
    [TrainingOption("--validation")]
    public ValidationChoice Validation { get; init; } = ValidationChoice.Auto;

    /// <summary>Images that stay on one side of a split, as <see cref="ImageGroups.Parse"/> takes them; null for none.</summary>
    [TrainingOption("--group")]
    public string? Group { get; init; }

    /// <summary>Where near-identical images go when validation images are held out.</summary>
    [TrainingOption("--similar")]
    public SimilarImages Similar { get; init; }

    /// <summary>Cross-validation: into how many parts the training images are divided; 0 for none.</summary>
    [TrainingOption("--folds", 2, 100, OrZero = true)]
    public int Folds { get; init; }

    /// <summary>The part that this training run validates on, 1 for the first; 0 without cross-validation.</summary>
    [TrainingOption("--folds", 0, 100)]
    public int Fold { get; init; }

    /// <summary>Random seed.</summary>
    [TrainingOption("--seed")]
    public ulong Seed { get; init; } = 42;

    /// <summary>The device to train on.</summary>
    [TrainingOption("--device")]
    public RequestedDevice Device { get; init; }

    /// <summary>The precision of the convolutions.</summary>
    [TrainingOption("--precision")]
    public RequestedPrecision Precision { get; init; }

    /// <summary>CPU threads; 0 for all.</summary>
    [TrainingOption("--threads", 0, 1024)]
    public int Threads { get; init; }

    /// <summary>Makes an unreadable image an error.</summary>
    [TrainingOption("--strict")]
    public bool Strict { get; init; }

    /// <summary>Writes TensorBoard event files into the run folder.</summary>
    [TrainingOption("--tensorboard")]
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
        CutMix = 0,
        Sam = 0,
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
        FrozenEpochs = PruneWidths.Count > 0 ? 0 : 3,
        Patience = 12,
    };
}
