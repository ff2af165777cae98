using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>The ranges of all numbers in <see cref="TrainingOptions"/>, for the command line and for <c>options.json</c>.</summary>
public static class TrainingLimits
{
    /// <summary>Of <see cref="TrainingOptions.Epochs"/>.</summary>
    public static Bounds Epochs { get; } = new("epochs", "--epochs", 1, 100_000);

    /// <summary>Of <see cref="TrainingOptions.Width"/>.</summary>
    public static Bounds Width { get; } = new("width", "--width", 4, EmotionNetArchitecture.LargestWidth);

    /// <summary>Of <see cref="TrainingOptions.Squeeze"/>.</summary>
    public static Bounds Squeeze { get; } = new("squeeze", "--se-ratio", 0, 64);

    /// <summary>Of <see cref="TrainingOptions.Size"/>, in pixels.</summary>
    public static Bounds Size { get; } = new("size", "--size", 16, 512);

    /// <summary>Of <see cref="TrainingOptions.BatchSize"/>: batch normalization needs more than one image.</summary>
    public static Bounds BatchSize { get; } = new("batchSize", "--batch-size", 2, 8192);

    /// <summary>Of <see cref="TrainingOptions.LearningRate"/>.</summary>
    public static Bounds LearningRate { get; } = new("learningRate", "--lr", 0, 100);

    /// <summary>Of <see cref="TrainingOptions.WarmUp"/>.</summary>
    public static Bounds WarmUp { get; } = new("warmUp", "--warmup", 0, 1);

    /// <summary>Of <see cref="TrainingOptions.WeightDecay"/>.</summary>
    public static Bounds WeightDecay { get; } = new("weightDecay", "--weight-decay", 0, 10);

    /// <summary>Of <see cref="TrainingOptions.LabelSmoothing"/>.</summary>
    public static Bounds LabelSmoothing { get; } = new("labelSmoothing", "--label-smoothing", 0, 0.9);

    /// <summary>Of <see cref="TrainingOptions.Mixup"/>: below the smallest alpha, sampling the beta distribution underflows and never ends.</summary>
    public static Bounds Mixup { get; } = new("mixup", "--mixup", 0.01, 10, OrZero: true);

    /// <summary>Of <see cref="TrainingOptions.SoftLabels"/>.</summary>
    public static Bounds SoftLabels { get; } = new("softLabels", "--distill-weight", 0, 1);

    /// <summary>Of <see cref="TrainingOptions.Folds"/>.</summary>
    public static Bounds Folds { get; } = new("folds", "--folds", 2, 100, OrZero: true);

    /// <summary>Of <see cref="TrainingOptions.Fold"/>.</summary>
    public static Bounds Fold { get; } = new("fold", "--folds", 0, 100);

    /// <summary>Of <see cref="TrainingOptions.FrozenEpochs"/>.</summary>
    public static Bounds FrozenEpochs { get; } = new("frozenEpochs", "--freeze", 0, 100_000);

    /// <summary>Of <see cref="TrainingOptions.LogitAdjustment"/>.</summary>
    public static Bounds LogitAdjustment { get; } = new("logitAdjustment", "--logit-adjustment", 0, 5);

    /// <summary>Of <see cref="TrainingOptions.Ema"/>.</summary>
    public static Bounds Ema { get; } = new("ema", "--ema", 0, 0.999999);

    /// <summary>Of <see cref="TrainingOptions.Patience"/>.</summary>
    public static Bounds Patience { get; } = new("patience", "--patience", 0, 100_000);

    /// <summary>Of <see cref="TrainingOptions.Threads"/>.</summary>
    public static Bounds Threads { get; } = new("threads", "--threads", 0, 1024);

    // A network that is trained further keeps the numbers of its checkpoint, which may lie outside those for new networks.
    private static readonly Bounds InitialWidth = Width with { Least = 1, Most = 1024 };
    private static readonly Bounds InitialSqueeze = Squeeze with { Most = 1024 };

    /// <summary>Every number of the options with its range.</summary>
    internal static IEnumerable<(Bounds Bounds, double Value)> Of(TrainingOptions options) =>
    [
        (Epochs, options.Epochs),
        (options.Init is null ? Width : InitialWidth, options.Width),
        (options.Init is null ? Squeeze : InitialSqueeze, options.Squeeze),
        (Size, options.Size),
        (BatchSize, options.BatchSize),
        (LearningRate, options.LearningRate),
        (WarmUp, options.WarmUp),
        (WeightDecay, options.WeightDecay),
        (LabelSmoothing, options.LabelSmoothing),
        (Mixup, options.Mixup),
        (SoftLabels, options.SoftLabels),
        (Folds, options.Folds),
        (Fold, options.Fold),
        (FrozenEpochs, options.FrozenEpochs),
        (LogitAdjustment, options.LogitAdjustment),
        (Ema, options.Ema),
        (Patience, options.Patience),
        (Threads, options.Threads),
    ];
}
