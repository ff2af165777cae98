using System.CommandLine;
using Fer.Core;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary>The bare command: trains a network on a folder of images.</summary>
internal static class TrainCommand
{
    private static readonly Option<string?> Data = Text("--data", "DIR", "folder with train/<label>/ and, beside it, validation/ and test/; or the label folders at once");
    private static readonly Option<string?> Output = Text("--out", "DIR", "run folder (default: runs/ and the time; the best network is then also put here as fer.pt)");
    private static readonly Option<string?> Resume = Text("--resume", "DIR", "go on with the training in this run folder");
    private static readonly Option<string?> Recipe = OneOf("--recipe", "preset of everything below: best, or classic, the Keras tutorial's", "best", "classic");
    private static readonly Option<int?> Epochs = Whole("--epochs", "passes over the training images (100)", 1, 100_000);
    private static readonly Option<string?> Arch = OneOf("--arch", "network", Architecture.All.Keys);
    private static readonly Option<int?> Width = Whole("--width", "channels of the default network's first layer (48); each of its stages has twice as many as the layer before: half the width is a quarter of the work", 4, EmotionNetArchitecture.LargestWidth);
    private static readonly Option<int?> Squeeze = Whole("--squeeze", "squeeze-and-excitation in the default network's blocks: what the channels are divided by (8 is usual); 0 for none", 0, 64);
    private static readonly Option<string?> Head = OneOf("--head", "what the default network's head takes of each channel: its mean over the image, or its maximum besides", "mean", "mean+max");
    private static readonly Option<int?> BatchSize = Whole("--batch-size", "images a step; batch norm needs several", 2, 8192);
    private static readonly Option<string?> Optimizer = OneOf("--optimizer", "rule of the steps", "adam", "adamw", "sgd");
    private static readonly Option<double?> LearningRate = Real("--lr", "highest learning rate", 0, 100);
    private static readonly Option<string?> Schedule = OneOf("--schedule", "how the learning rate falls", "constant", "cosine", "linear");
    private static readonly Option<double?> WarmUp = Real("--warmup", "fraction of the training in which the learning rate rises", 0, 1);
    private static readonly Option<double?> WeightDecay = Real("--weight-decay", "weight decay", 0, 10);
    private static readonly Option<string?> Augment = OneOf("--augment", "random changes of the training images", Augmentation.Named.Keys);
    private static readonly Option<double?> LabelSmoothing = Real("--label-smoothing", "part of the target that is spread over all labels", 0, 0.9);
    private static readonly Option<double?> Mixup = Real("--mixup", "blends faces in pairs: parameter of the beta distribution (0.2 is usual); 0 for none", 0, 10);
    private static readonly Option<string?> Init = Text("--init", "FILE", "begin with the weights of this checkpoint instead of random ones");
    private static readonly Option<string[]> Teacher = Texts("--teacher", "FILE", "learn also what this network says of the training images; may be given several times");
    private static readonly Option<string?> Votes = Text("--votes", "FILE", "learn also what FER+'s taggers say of FER2013's images: their fer2013new.csv");
    private static readonly Option<double?> SoftLabels = Real("--soft-labels", "part of the target that teachers and votes decide (0.5)", 0, 1);
    private static readonly Option<bool> ClassWeights = Switch("--class-weights", "weigh each label by the inverse of its count");
    private static readonly Option<double?> Ema = Real("--ema", "decay of the averaged weights a step; 0 for none", 0, 0.999999);
    private static readonly Option<int?> Patience = Whole("--patience", "end after so many epochs without a better one; 0 for never", 0, 100_000);
    private static readonly Option<string?> Validation = Text("--validation", "FRACTION|test", "what chooses the best epoch (validation/ where there is one, else 0.1 of train)");
    private static readonly Option<int?> Seed = Whole("--seed", "of everything random (42)", 0, int.MaxValue);
    private static readonly Option<string?> Device = OneOf("--device", "where to compute", "auto", "cpu", "cuda");
    private static readonly Option<string?> PrecisionName = OneOf("--precision", "number format of convolutions", "auto", "fp32", "bf16");
    private static readonly Option<int?> Threads = Whole("--threads", "processor threads (all)", 1, 1024);
    private static readonly Option<int?> Size = Whole("--size", "width and height of the network's input in pixels (48)", 16, 512);
    private static readonly Option<bool> Strict = Switch("--strict", "make an unreadable image an error");
    private static readonly Option<bool> TensorBoard = Switch("--tensorboard", "write TensorBoard event files into the run folder");

    // What decides the steps of a training; the rest may change where one goes on.
    private static readonly Option[] Decisive =
    [
        Output, Recipe, Arch, Width, Squeeze, Head, BatchSize, Optimizer, LearningRate, Schedule, WarmUp, WeightDecay, Augment, LabelSmoothing, Mixup,
        Init, Teacher, Votes, SoftLabels, ClassWeights, Ema, Validation, Seed, Size, Strict, TensorBoard,
    ];

    public static RootCommand Create()
    {
        var command = new RootCommand("Trains a network that reads emotions from images of faces.")
        {
            Data, Epochs, Output, Resume, Recipe, Arch, Width, Squeeze, Head, BatchSize, Optimizer, LearningRate, Schedule, WarmUp, WeightDecay, Augment,
            LabelSmoothing, Mixup, Init, Teacher, Votes, SoftLabels, ClassWeights, Ema, Patience, Validation, Seed, Device, PrecisionName, Threads, Size, Strict, TensorBoard,
        };
        command.Validators.Add(result =>
        {
            foreach (var option in Decisive.Where(option => result.GetResult(Resume) is not null && result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"{option.Name} cannot change in a training that goes on; --data, --epochs, --patience, --threads, --device and --precision can");
            }

            if (result.GetResult(SoftLabels) is not null && result.GetResult(Teacher) is not { Implicit: false } && result.GetResult(Votes) is null)
            {
                result.AddError("--soft-labels X says how much --teacher or --votes decide: add one of them");
            }

            foreach (var option in new Option[] { Width, Squeeze, Head }.Where(option => result.GetResult(Init) is not null && result.GetResult(option) is not null))
            {
                result.AddError($"{option.Name} is the network's of --init: leave it out");
            }
        });
        command.Validators.Add(result =>
        {
            // Subcommands parse through the root: only the bare command trains.
            if (result.GetResult(Data) is null && result.GetResult(Resume) is null && !result.Children.OfType<System.CommandLine.Parsing.CommandResult>().Any())
            {
                result.AddError("--data DIR is missing: the folder with train/<label>/ inside (or --resume DIR to go on with a training)");
            }
        });
        command.Add(EvaluateCommand.Create());
        command.Add(SampleCommand.Create());
        command.Add(CombineCommand.Create());
        command.Add(ExportCommand.Create());
        command.Add(BenchmarkCommand.Create());
        command.Add(InspectCommand.Create());
        command.Add(ConvertCommand.Create());
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private static int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var resumed = parsed.GetValue(Resume);
        var options = resumed is null ? FromCommandLine(parsed) : FromRunFolder(parsed, resumed);
        return TrainingSession.Run(options, resumed is not null, cancellation);
    }

    private static TrainingOptions FromRunFolder(ParseResult parsed, string folder)
    {
        var path = Path.Combine(folder, "options.json");
        if (!File.Exists(path))
        {
            throw new FerException($"{path} does not exist: {folder} is no run folder of fer-train");
        }

        var saved = TrainingOptions.FromJson(File.ReadAllText(path), path);
        return saved with
        {
            Output = folder,
            Data = parsed.GetValue(Data) is { } data ? Path.GetFullPath(data) : saved.Data,
            Epochs = parsed.GetValue(Epochs) ?? saved.Epochs,
            Patience = parsed.GetValue(Patience) ?? saved.Patience,
            Threads = parsed.GetValue(Threads) ?? saved.Threads,
            Device = parsed.GetValue(Device) ?? saved.Device,
            Precision = parsed.GetValue(PrecisionName) ?? saved.Precision,
        };
    }

    /// <summary>Whether the training learns from this file, which it then must not replace.</summary>
    private static bool Learns(ParseResult parsed, string file) =>
        (parsed.GetValue(Teacher) ?? []).Append(parsed.GetValue(Init)).Any(path => path is not null && OutputPath.IsSame(path, file));

    private static TrainingOptions FromCommandLine(ParseResult parsed)
    {
        var best = new TrainingOptions
        {
            // Whole paths: the training may go on from another folder.
            Data = Path.GetFullPath(parsed.GetValue(Data)!),
            Output = parsed.GetValue(Output) ?? Path.Combine("runs", DateTime.Now.ToString("yyyyMMdd-HHmmss")),
            // Without --out nobody has said where the network shall lie: the user's next command finds it as fer.pt.
            Shortcut = parsed.GetValue(Output) is null && !Learns(parsed, "fer.pt") ? Path.GetFullPath("fer.pt") : null,
        };
        var preset = parsed.GetValue(Recipe) == "classic" ? best.Classic() : best;
        return preset with
        {
            Epochs = parsed.GetValue(Epochs) ?? preset.Epochs,
            Architecture = parsed.GetValue(Arch) ?? preset.Architecture,
            Width = parsed.GetValue(Width) ?? preset.Width,
            Squeeze = parsed.GetValue(Squeeze) ?? preset.Squeeze,
            Head = parsed.GetValue(Head) ?? preset.Head,
            BatchSize = parsed.GetValue(BatchSize) ?? preset.BatchSize,
            Optimizer = parsed.GetValue(Optimizer) is { } optimizer ? Enum.Parse<OptimizerKind>(optimizer, ignoreCase: true) : preset.Optimizer,
            LearningRate = parsed.GetValue(LearningRate) ?? preset.LearningRate,
            Schedule = parsed.GetValue(Schedule) is { } schedule ? Enum.Parse<LearningRateCurve>(schedule, ignoreCase: true) : preset.Schedule,
            WarmUp = parsed.GetValue(WarmUp) ?? preset.WarmUp,
            WeightDecay = parsed.GetValue(WeightDecay) ?? preset.WeightDecay,
            Augment = parsed.GetValue(Augment) ?? preset.Augment,
            Mixup = parsed.GetValue(Mixup) ?? preset.Mixup,
            LabelSmoothing = parsed.GetValue(LabelSmoothing) ?? preset.LabelSmoothing,
            Init = parsed.GetValue(Init) is { } init ? Path.GetFullPath(init) : null,
            Teachers = [.. (parsed.GetValue(Teacher) ?? []).Select(Path.GetFullPath)],
            Votes = parsed.GetValue(Votes) is { } votes ? Path.GetFullPath(votes) : null,
            SoftLabels = parsed.GetValue(SoftLabels) ?? preset.SoftLabels,
            ClassWeights = parsed.GetValue(ClassWeights),
            Ema = parsed.GetValue(Ema) ?? preset.Ema,
            Patience = parsed.GetValue(Patience) ?? preset.Patience,
            Validation = parsed.GetValue(Validation) ?? preset.Validation,
            Seed = (ulong)(parsed.GetValue(Seed) ?? (int)preset.Seed),
            Device = parsed.GetValue(Device) ?? preset.Device,
            Precision = parsed.GetValue(PrecisionName) ?? preset.Precision,
            Threads = parsed.GetValue(Threads) ?? preset.Threads,
            Size = parsed.GetValue(Size) ?? preset.Size,
            Strict = parsed.GetValue(Strict),
            TensorBoard = parsed.GetValue(TensorBoard),
        };
    }
}
