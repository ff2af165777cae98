using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using static Fer.Core.Cli.OptionRules;
using static Fer.Train.Setting;

namespace Fer.Train;

/// <summary>A set of defaults.</summary>
internal enum Recipe
{
    /// <summary>The best known one.</summary>
    Best,

    /// <summary>That of the well-known Keras tutorial.</summary>
    Classic,

    /// <summary>For a trained network and few images.</summary>
    Finetune,
}

/// <summary>
/// All training options with their groups and help texts. Parsing, help and the check of resumed training runs follow from
/// this table; names, ranges and defaults stand at the properties of <see cref="TrainingOptions"/>, by which
/// <c>options.json</c> is checked too. A new training option is a property there and a line here.
/// </summary>
internal sealed class TrainSettings
{
    private const string Data = "Data", Model = "Model", Optimization = "Optimization", Regularization = "Regularization";
    private const string Distillation = "Distillation and fine-tuning", Run = "Run", Hardware = "Hardware";

    /// <summary>With fewer training images, a training run that starts from a checkpoint takes the recipe <c>finetune</c>.</summary>
    public const int FewImages = 5000;

    private static readonly OrderedDictionary<string, Recipe> Recipes = new()
    {
        ["best"] = Recipe.Best,
        ["classic"] = Recipe.Classic,
        ["finetune"] = Recipe.Finetune,
    };

    private static readonly OrderedDictionary<string, GlobalPooling> Poolings = new()
    {
        ["avg"] = GlobalPooling.Average,
        ["avg+max"] = GlobalPooling.AverageAndMax,
    };

    private static readonly Dictionary<string, GlobalPooling> OldPoolings = new(StringComparer.Ordinal)
    {
        ["mean"] = GlobalPooling.Average,
        ["mean+max"] = GlobalPooling.AverageAndMax,
    };

    private static readonly OrderedDictionary<string, BestEpochCriterion> Criteria = new()
    {
        ["accuracy"] = BestEpochCriterion.Accuracy,
        ["balanced-accuracy"] = BestEpochCriterion.BalancedAccuracy,
        ["macro-f1"] = BestEpochCriterion.MacroF1,
        ["loss"] = BestEpochCriterion.Loss,
    };

    /// <summary>The table, in the order of the help; the recipe is applied before the options that refine it.</summary>
    public IReadOnlyList<Setting> All { get; } =
    [
        Of(Data, Text("--data", "DIR", "image folder: train/<label>/* with optional validation/ and test/, or label folders"),
            (options, value) => options with { Data = Path.GetFullPath(value!) }, OnResume.MayChange),
        Of(Data, Validation(), (options, value) => options with { Validation = ValidationChoice.Parse(value!) ?? options.Validation }),
        Of(Data, Text("--group", "REGEX|FILE.csv", "keep images of a person or clip on one side of the split: what the expression finds in the path, or a table of path,group"),
            (options, value) => options with { Group = value!.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? Path.GetFullPath(value) : value }, OnResume.MayChange),
        Choice(Data, options => options.Similar, "near-identical images, such as frames of a video, on one side of the split or anywhere"),
        Number(Data, options => options.Folds, "cross-validation: train as many times, each time validating on another part of train; 0 for none"),
        Of(Data, CommonOptions.LabelMap(), (options, value) => options with { LabelMap = value }),
        Of(Data, CommonOptions.IgnoredLabels(), (options, value) => options with { IgnoredLabels = value }),
        Flag(Data, options => options.Strict, "fail on unreadable images instead of skipping them"),

        Of(Model, OptionRules.Choice("--recipe", "set of defaults; best: those shown here; classic: those of the well-known Keras tutorial; finetune: for --init and few images (--lr 0.0005 --batch-size 32 --epochs 40 --freeze 3 --patience 12 --augment strong --warmup 0.1 --ema 0.98); options that you give take precedence", Recipes, $"best; with --init and fewer than {FewImages:N0} training images, finetune"),
            (options, value) => value switch { Recipe.Classic => options.Classic(), Recipe.Finetune => options.FineTuning(), _ => options }),
        Name(Model, options => options.Architecture, "network architecture", Architecture.All.Keys),
        Number(Model, options => options.Width, "emotion-net: channels of the stem; each of the three stages doubles them"),
        Number(Model, options => options.ReductionRatio, "emotion-net: squeeze-and-excitation reduction ratio; 0 for none", oldName: "--squeeze"),
        Choice(Model, options => options.Pooling, "emotion-net: global pooling, average or average + max", Poolings, OldPoolings, oldName: "--head"),
        Number(Model, options => options.Size, "image width and height in pixels"),

        Number(Optimization, options => options.BatchSize, "batch size"),
        Choice(Optimization, options => options.Optimizer, "optimizer"),
        Number(Optimization, options => options.LearningRate, "peak learning rate"),
        Choice(Optimization, options => options.Schedule, "learning rate schedule"),
        Number(Optimization, options => options.WarmUp, "fraction of all steps used for learning rate warmup"),
        Number(Optimization, options => options.WeightDecay, "weight decay"),
        Number(Optimization, options => options.Ema, "decay of the exponential moving average of the weights; 0 for none"),

        Name(Regularization, options => options.Augment, "data augmentation", Augmentation.Named.Keys),
        Number(Regularization, options => options.LabelSmoothing, "label smoothing"),
        Number(Regularization, options => options.Mixup, "mixup alpha, 0.01 to 10; 0 for none"),
        Number(Regularization, options => options.CutMix, "CutMix alpha, 0.01 to 10, usually 1; in half of the steps; 0 for none"),
        Number(Regularization, options => options.Sam, "radius (rho) of sharpness-aware minimization, usually 0.05, of the epochs in which all layers are trained; a step takes nearly twice as long; 0 for none"),
        Flag(Regularization, options => options.ClassWeights, "weight the loss of each label by its inverse frequency; for labels that are 3 to 10 times rarer than the most frequent one"),
        Choice(Regularization, options => options.Sampling, "sampling of training images; balanced: equally often from each label, for labels that are 10 to 30 times rarer"),
        Number(Regularization, options => options.LogitAdjustment, "logit adjustment, usually 1; 0 for none; for labels that are more than 30 times rarer, whose images would be memorized if repeated"),

        Of(Distillation, Text("--init", "FILE|bundled", "checkpoint to start from, with any labels; bundled: the bundled model", "random weights; with --recipe finetune, bundled"),
            (options, value) => options with { Init = Path.GetFullPath(BundledModel.Resolve(value)) }),
        Numbers(Distillation, options => options.PruneWidths, "N|N,N,N,N", "with --init: narrow the network to this --width, or to these channels of the stem and each stage, keeping the most important ones; best multiples of 8"),
        Number(Distillation, options => options.FrozenEpochs, "with --init: first epochs that train the last layer only"),
        Of(Distillation, Texts("--teacher", "FILE|bundled", "checkpoint of a teacher for knowledge distillation; repeat for several"),
            (options, value) => options with { Teachers = [.. value.Select(path => Path.GetFullPath(BundledModel.Resolve(path)))] }, OnResume.MayChange),
        Number(Distillation, options => options.TeacherViews, "number of augmented views of each image; later epochs repeat them and reuse the predictions of the teachers, which saves time; 0: new views in every epoch"),
        Of(Distillation, Text("--ferplus-votes", "FILE", "fer2013new.csv of FER+: use the annotators' votes as soft targets").WithOldName("--votes"),
            (options, value) => options with { FerPlusVotes = Path.GetFullPath(value!) }, OnResume.MayChange),
        Number(Distillation, options => options.DistillationWeight, "weight of teachers and votes in the target; the label gets the rest", oldName: "--soft-labels"),

        Number(Run, options => options.Epochs, "number of epochs", OnResume.MayChange),
        Of(Run, Text("--out", "DIR", "run folder (default: runs/DATE-TIME; the best checkpoint is then also copied to ./fer.pt)"), (options, value) => options with { Output = value! }),
        Number(Run, options => options.Patience, "early stopping: epochs without improvement; 0 for never", OnResume.MayChange),
        Choice(Run, options => options.Criterion, "validation metric that selects the best epoch", Criteria),
        Of(Run, Whole("--seed", "random seed", 0, int.MaxValue, $"{Defaults.Seed}"), (options, value) => options with { Seed = (ulong)value }),
        Flag(Run, options => options.TensorBoard, "write TensorBoard event files to the run folder"),

        Of(Hardware, CommonOptions.Device(), (options, value) => options with { Device = value }, OnResume.MayChange),
        Of(Hardware, CommonOptions.Precision(), (options, value) => options with { Precision = value }, OnResume.MayChange),
        Of(Hardware, CommonOptions.Threads(), (options, value) => options with { Threads = value }, OnResume.MayChange),
    ];

    /// <summary>The setting of an option.</summary>
    public Setting this[string name] => All.Single(setting => setting.Option.Name == name);

    /// <summary>The recipe on a command line, also while it is being validated; null without one.</summary>
    public Recipe? RecipeIn(SymbolResult result) =>
        result.GetResult(this["--recipe"].Option) is OptionResult { Tokens: [{ Value: var word }] } && Recipes.TryGetValue(word, out var recipe) ? recipe : null;

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
}
