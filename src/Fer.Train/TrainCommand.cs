using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Model;
using Fer.Core.Training;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary>The bare command: trains a network on an image folder.</summary>
internal sealed class TrainCommand
{
    private readonly TrainSettings _settings = new();
    private readonly Option<string?> _resume = Text("--resume", "DIR", "resume the training of this run folder");

    /// <summary>The command line of fer-train.</summary>
    public static RootCommand Create() => new TrainCommand().Build();

    private RootCommand Build()
    {
        var command = Commands.Root(new HelpPage(
            "Trains networks that classify emotions in face images. Without a command, trains one.",
            _settings.Groups(_resume),
            [
                "fer-train --data ./images --epochs 100",
                "fer-train --data ./mine --init bundled --out runs/mine",
                "fer-train --resume runs/20260101-120000 --epochs 150",
            ]),
            EvaluateCommand.Create(),
            InspectCommand.Create(),
            CropCommand.Create(),
            ConvertCommand.Create(),
            SampleCommand.Create(),
            CombineCommand.Create(),
            CompressCommand.Create(),
            ExportCommand.Create(),
            BenchmarkCommand.Create(),
            BenchmarkRobustnessCommand.Create());
        command.Validators.Add(CheckData);
        command.Validators.Add(CheckResume);
        command.Validators.Add(CheckCombinations);
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private void CheckData(CommandResult result)
    {
        // Subcommands are parsed through the root: only the bare command trains.
        var trains = !result.Children.OfType<CommandResult>().Any();
        if (trains && !_settings["--data"].IsGiven(result) && result.GetResult(_resume) is null)
        {
            result.AddError("--data DIR is missing: the image folder with train/<label>/ (or --resume DIR to resume a training run)");
        }
    }

    private void CheckResume(CommandResult result)
    {
        if (result.GetResult(_resume) is null)
        {
            return;
        }

        var allowed = string.Join(", ", _settings.All.Where(setting => setting.OnResume == OnResume.MayChange).Select(setting => setting.Option.Name));
        foreach (var setting in _settings.All.Where(setting => setting.OnResume == OnResume.Fixed && setting.IsGiven(result)))
        {
            result.AddError($"{setting.Option.Name} cannot change when a training run is resumed; only {allowed} can");
        }
    }

    private void CheckCombinations(CommandResult result)
    {
        var isNew = result.GetResult(_resume) is null;
        if (Has("--distill-weight") && !Has("--teacher") && !Has("--ferplus-votes"))
        {
            result.AddError("--distill-weight needs soft targets: add --teacher or --ferplus-votes");
        }

        if (Has("--prune-width") && Has("--freeze"))
        {
            result.AddError("--freeze keeps weights that --prune-width has changed: leave out one of them");
        }

        if (isNew && Has("--prune-width") && !Has("--init") && !FineTunes(result))
        {
            result.AddError("--prune-width narrows a trained network: add --init FILE or --init bundled");
        }

        if (isNew && Has("--teacher-views") && !Has("--teacher"))
        {
            result.AddError("--teacher-views is for the predictions of teachers: add --teacher");
        }

        Setting[] ofNetwork = [.. _settings.All.Where(setting => setting.IsOfCheckpoint && setting.IsGiven(result))];
        foreach (var setting in ofNetwork.Where(_ => Has("--init") || FineTunes(result)))
        {
            result.AddError($"{setting.Option.Name} cannot be combined with {(Has("--init") ? "--init" : "--recipe finetune")}: the checkpoint determines it; only --prune-width changes its network");
        }

        // The recipe is applied first, so that --arch decides.
        var isClassic = Has("--arch") ? IsClassic(result.GetResult(_settings["--arch"].Option)) : _settings.RecipeIn(result) == Recipe.Classic;
        foreach (var setting in ofNetwork.Where(_ => isClassic))
        {
            result.AddError($"{setting.Option.Name} applies to --arch {new EmotionNetArchitecture().Name} only");
        }

        if (Has("--folds") && Has("--validation"))
        {
            result.AddError("--folds divides the training images itself: leave out --validation");
        }

        if (Has("--freeze") && !Has("--init") && !FineTunes(result))
        {
            result.AddError("--freeze keeps the weights of a trained network: add --init FILE or --init bundled");
        }

        if (new[] { "--class-weights", "--sampling", "--logit-adjustment" }.Where(Has).Skip(1).Any())
        {
            result.AddError("--class-weights, --sampling and --logit-adjustment each correct for rare labels: give one of them");
        }

        bool Has(string name) => _settings[name].IsGiven(result);

        static bool IsClassic(SymbolResult? arch) => arch is { Tokens: [{ Value: var name }] } && name == new ClassicArchitecture().Name;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation) =>
        parsed.GetValue(_resume) is { } folder ? Resume(folder, parsed, cancellation) : Start(parsed, cancellation);

    private int Resume(string folder, ParseResult parsed, CancellationToken cancellation)
    {
        return CrossValidation.IsIn(folder)
            ? CrossValidation.Resume(folder, OptionsOf, cancellation)
            : new TrainingSession(OptionsOf(folder), Resumed: true).Run(cancellation);

        TrainingOptions OptionsOf(string run)
        {
            var options = _settings.Apply(parsed, Saved(run));
            options.Validate();
            return options;
        }
    }

    private int Start(ParseResult parsed, CancellationToken cancellation)
    {
        var options = _settings.Apply(parsed, NewRun());
        if (options.Init is null && FineTunes(parsed.CommandResult))
        {
            options = options with { Init = BundledModel.Resolve(null) };
        }

        // Without --out the user has not said where the network goes: the next command finds it as fer.pt.
        if (options.Folds == 0 && !_settings["--out"].IsGiven(parsed.CommandResult))
        {
            if (ReadsCheckpoint(options, "fer.pt"))
            {
                Messages.Say($"fer.pt stays as it is, because this training starts from it or uses it as a teacher; the new network will be {RunPaths.Best(options.Output)}");
            }
            else
            {
                options = options with { BestCopy = BestCopyFor(options.Output) };
            }
        }

        options.Validate();
        var session = new TrainingSession(options, Resumed: false);
        if (options.Init is not null && !_settings["--recipe"].IsGiven(parsed.CommandResult))
        {
            session = session with { ForFewImages = _settings.Apply(parsed, options.FineTuning()) };
        }

        return options.Folds > 0 ? CrossValidation.Start(session, cancellation) : session.Run(cancellation);
    }

    private bool FineTunes(CommandResult result) => _settings.RecipeIn(result) == Recipe.Finetune;

    private static TrainingOptions NewRun() => new() { Data = "", Output = Path.Combine("runs", DateTime.Now.ToString("yyyyMMdd-HHmmss")) };

    private static TrainingOptions Saved(string folder)
    {
        var path = RunPaths.Options(folder);
        if (!Path.Exists(path))
        {
            throw new FerException($"{path} does not exist: {folder} is not a run folder of fer-train");
        }

        var saved = TrainingOptions.FromJson(InputFile.Read(path, File.ReadAllText), path);
        // The folder may have been moved since, or come from somebody else: a file that it names is not to be overwritten.
        return saved with { Output = folder, BestCopy = saved.BestCopy == BestCopyFor(folder) ? saved.BestCopy : null };
    }

    /// <summary>Where a training without <c>--out</c>, whose run folder is <c>runs/TIME</c>, puts its best network: beside <c>runs</c>.</summary>
    private static string BestCopyFor(string folder) => Path.GetFullPath(Path.Combine(folder, "..", "..", "fer.pt"));

    /// <summary>Whether the training reads this checkpoint, which it then must not replace.</summary>
    private static bool ReadsCheckpoint(TrainingOptions options, string file) =>
        options.Teachers.Append(options.Init).Any(path => path is not null && OutputPath.IsSame(path, file));
}
