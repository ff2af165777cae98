using System.CommandLine;
using System.Globalization;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary>
/// All training options: their names, defaults, help texts, and what they set. Parsing, help and the check of resumed
/// training runs follow from this table; the ranges of numbers are those of <see cref="TrainingLimits"/>, by which
/// <c>options.json</c> is checked too. A new training option is a property of <see cref="TrainingOptions"/>, its range,
/// and an entry here.
/// </summary>
internal sealed class TrainSettings
{
    private const string Data = "Data", Model = "Model", Optimization = "Optimization", Regularization = "Regularization";
    private const string Distillation = "Distillation and fine-tuning", Run = "Run", Hardware = "Hardware";

    /// <summary>With fewer training images, a training run that starts from a checkpoint takes the recipe <c>finetune</c>.</summary>
    public const int FewImages = 5000;

    private static readonly string[] Recipes = ["best", "classic", "finetune"];

    private static readonly TrainingOptions Defaults = new() { Data = "", Output = "" };

    private static readonly OrderedDictionary<string, GlobalPooling> Poolings = new()
    {
        ["avg"] = GlobalPooling.Average,
        ["avg+max"] = GlobalPooling.AverageAndMax,
    };

    private static readonly OrderedDictionary<string, BestEpochCriterion> Criteria = new()
    {
        ["accuracy"] = BestEpochCriterion.Accuracy,
        ["balanced-accuracy"] = BestEpochCriterion.BalancedAccuracy,
        ["macro-f1"] = BestEpochCriterion.MacroF1,
        ["loss"] = BestEpochCriterion.Loss,
    };

    private static readonly Dictionary<string, GlobalPooling> OldPoolings = new(StringComparer.Ordinal)
    {
        ["mean"] = GlobalPooling.Average,
        ["mean+max"] = GlobalPooling.AverageAndMax,
    };

    /// <summary>The table, in the order of the help; the recipe is applied before the options that refine it.</summary>
    public IReadOnlyList<Setting> All { get; } =
    [
        Setting.Of(Data, Text("--data", "DIR", "image folder: train/<label>/* with optional validation/ and test/, or label folders"),
            (options, value) => options with { Data = Path.GetFullPath(value!) }, OnResume.MayChange),
        Setting.Of(Data, Validation(), (options, value) => options with { Validation = ValidationChoice.Parse(value!) ?? options.Validation }),
        Setting.Of(Data, Text("--group", "REGEX|FILE.csv", "keep images of a person or clip on one side of the split: what the expression finds in the path, or a table of path,group"),
            (options, value) => options with { Group = value!.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? Path.GetFullPath(value) : value }),
        Setting.Of(Data, Choice("--similar", "near-identical images, such as frames of a video, on one side of the split or anywhere", Words<SimilarImages>(), Word(Defaults.Similar)),
            (options, value) => options with { Similar = value }),
        Setting.Of(Data, OptionRules.Whole("--folds", "cross-validation: train as many times, each time validating on another part of train; 0 for none", 0, (int)TrainingLimits.Folds.Most, Shown(Defaults.Folds)),
            (options, value) => options with { Folds = value }),
        Setting.Of(Data, CommonOptions.LabelMap(), (options, value) => options with { LabelMap = value }),
        Setting.Of(Data, CommonOptions.IgnoredLabels(), (options, value) => options with { IgnoredLabels = value }),
        Setting.Flag(Data, Switch("--strict", "fail on unreadable images instead of skipping them"), options => options with { Strict = true }),

        Setting.Of(Model, OneOf("--recipe", "defaults for architecture, optimizer and regularization; classic: those of the well-known Keras tutorial; options that you give take precedence; finetune: for --init and few images", Recipes, $"best; with --init and fewer than {FewImages:N0} training images, finetune"),
            (options, value) => value switch { "classic" => options.Classic(), "finetune" => options.FineTuning(), _ => options }),
        Setting.Of(Model, OneOf("--arch", "network architecture", Architecture.All.Keys, Defaults.Architecture), (options, value) => options with { Architecture = value! }),
        Setting.Of(Model, Whole(TrainingLimits.Width, "emotion-net: channels of the stem; each of the three stages doubles them", Defaults.Width),
            (options, value) => options with { Width = value }),
        Setting.Of(Model, Whole(TrainingLimits.Squeeze, "emotion-net: squeeze-and-excitation reduction ratio; 0 for none", Defaults.Squeeze).WithOldName("--squeeze"),
            (options, value) => options with { Squeeze = value }),
        Setting.Of(Model, Choice("--pool", "emotion-net: global pooling, average or average + max", Poolings, "avg", OldPoolings).WithOldName("--head"),
            (options, value) => options with { Head = value }),
        Setting.Of(Model, Whole(TrainingLimits.Size, "image width and height in pixels", Defaults.Size), (options, value) => options with { Size = value }),

        Setting.Of(Optimization, Whole(TrainingLimits.BatchSize, "batch size", Defaults.BatchSize), (options, value) => options with { BatchSize = value }),
        Setting.Of(Optimization, Choice("--optimizer", "optimizer", Words<OptimizerKind>(), Word(Defaults.Optimizer)), (options, value) => options with { Optimizer = value }),
        Setting.Of(Optimization, Real(TrainingLimits.LearningRate, "peak learning rate", Defaults.LearningRate), (options, value) => options with { LearningRate = value }),
        Setting.Of(Optimization, Choice("--schedule", "learning rate schedule", Words<LearningRateCurve>(), Word(Defaults.Schedule)), (options, value) => options with { Schedule = value }),
        Setting.Of(Optimization, Real(TrainingLimits.WarmUp, "fraction of all steps used for learning rate warmup", Defaults.WarmUp), (options, value) => options with { WarmUp = value }),
        Setting.Of(Optimization, Real(TrainingLimits.WeightDecay, "weight decay", Defaults.WeightDecay), (options, value) => options with { WeightDecay = value }),
        Setting.Of(Optimization, Real(TrainingLimits.Ema, "decay of the exponential moving average of the weights; 0 for none", Defaults.Ema), (options, value) => options with { Ema = value }),

        Setting.Of(Regularization, OneOf("--augment", "data augmentation", Augmentation.Named.Keys, Defaults.Augment), (options, value) => options with { Augment = value! }),
        Setting.Of(Regularization, Real(TrainingLimits.LabelSmoothing, "label smoothing", Defaults.LabelSmoothing), (options, value) => options with { LabelSmoothing = value }),
        Setting.Of(Regularization, Real(TrainingLimits.Mixup, "mixup alpha, 0.01 to 10; 0 for none", Defaults.Mixup), (options, value) => options with { Mixup = value }),
        Setting.Flag(Regularization, Switch("--class-weights", "weight the loss of each label by its inverse frequency: for labels that are rare by a factor of up to 10"), options => options with { ClassWeights = true }),

        Setting.Of(Regularization, Choice("--sampling", "images of an epoch; balanced: as many of each label, for labels that are rare by a factor of 3 to 30", Words<Sampling>(), Word(Defaults.Sampling)),
            (options, value) => options with { Sampling = value }),
        Setting.Of(Regularization, Real(TrainingLimits.LogitAdjustment, "logit adjustment, usually 1; 0 for none: for very rare labels, whose images would be memorized if repeated", Defaults.LogitAdjustment),
            (options, value) => options with { LogitAdjustment = value }),

        Setting.Of(Distillation, Text("--init", "FILE|bundled", "checkpoint to start from, with any labels; bundled: the bundled model", "random weights; with --recipe finetune, bundled"),
            (options, value) => options with { Init = value == "bundled" ? BundledModel.Find() : Path.GetFullPath(value!) }),
        Setting.Of(Distillation, Whole(TrainingLimits.FrozenEpochs, "with --init: first epochs that train the last layer only", Defaults.FrozenEpochs),
            (options, value) => options with { FrozenEpochs = value }),
        Setting.Of(Distillation, Texts("--teacher", "FILE", "checkpoint of a teacher for knowledge distillation; repeat for several"),
            (options, value) => options with { Teachers = [.. value.Select(Path.GetFullPath)] }),
        Setting.Of(Distillation, Text("--ferplus-votes", "FILE", "fer2013new.csv of FER+: use the annotators' votes as soft targets").WithOldName("--votes"),
            (options, value) => options with { Votes = Path.GetFullPath(value!) }),
        Setting.Of(Distillation, Real(TrainingLimits.SoftLabels, "weight of teachers and votes in the target; the label gets the rest", Defaults.SoftLabels).WithOldName("--soft-labels"),
            (options, value) => options with { SoftLabels = value }),

        Setting.Of(Run, Whole(TrainingLimits.Epochs, "number of epochs", Defaults.Epochs), (options, value) => options with { Epochs = value }, OnResume.MayChange),
        Setting.Of(Run, Text("--out", "DIR", "run folder (default: runs/DATE-TIME; the best checkpoint is then also copied to ./fer.pt)"), (options, value) => options with { Output = value! }),
        Setting.Of(Run, Whole(TrainingLimits.Patience, "early stopping: epochs without improvement; 0 for never", Defaults.Patience),
            (options, value) => options with { Patience = value }, OnResume.MayChange),
        Setting.Of(Run, Choice("--criterion", "what the best epoch is best in, on the validation images", Criteria, "accuracy"), (options, value) => options with { Criterion = value }),
        Setting.Of(Run, OptionRules.Whole("--seed", "random seed", 0, int.MaxValue, Shown(Defaults.Seed)), (options, value) => options with { Seed = (ulong)value }),
        Setting.Flag(Run, Switch("--tensorboard", "write TensorBoard event files to the run folder"), options => options with { TensorBoard = true }),

        Setting.Of(Hardware, CommonOptions.Device(), (options, value) => options with { Device = value }, OnResume.MayChange),
        Setting.Of(Hardware, CommonOptions.Precision(), (options, value) => options with { Precision = value }, OnResume.MayChange),
        Setting.Of(Hardware, CommonOptions.Threads(), (options, value) => options with { Threads = value }, OnResume.MayChange),
    ];

    /// <summary>The setting of an option.</summary>
    public Setting this[string name] => All.Single(setting => setting.Option.Name == name);

    /// <summary>The groups of the help; <paramref name="resume"/> belongs to the run, and sets no option.</summary>
    public IReadOnlyList<OptionGroup> Groups(Option resume) =>
    [
        .. All.GroupBy(setting => setting.Group).Select(group => new OptionGroup(
            group.Key,
            [.. group.Select(setting => setting.Option), .. group.Key == Run ? new[] { resume } : []])),
    ];

    /// <summary>The options with everything that the command line has.</summary>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options) =>
        All.Aggregate(options, (current, setting) => setting.Apply(parsed, current));

    private static Option<string?> Validation()
    {
        var option = Text("--validation", "auto|validation|test|FRACTION", "images to select the best epoch on; auto: validation/ if present, otherwise 10% of train", Defaults.Validation.ToString());
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !string.IsNullOrWhiteSpace(text) && ValidationChoice.Parse(text) is null)
            {
                result.AddError($"--validation takes auto, validation, test or a fraction between 0 and 1, not '{text}'");
            }
        });
        return option;
    }

    private static Option<int?> Whole(Bounds bounds, string help, int defaultValue) =>
        OptionRules.Whole(bounds.Option, help, (int)bounds.Least, (int)bounds.Most, Shown(defaultValue));

    private static Option<double?> Real(Bounds bounds, string help, double defaultValue) =>
        OptionRules.Real(bounds.Option, help, bounds.Contains, bounds.ToString(), Shown(defaultValue));

    private static string Shown(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static OrderedDictionary<string, T> Words<T>()
        where T : struct, Enum => new(Enum.GetValues<T>().Select(value => new KeyValuePair<string, T>(Word(value), value)));

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
