using System.Globalization;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Native;
using Fer.Core.Training;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary>One training run from the folder of images to the run folder, reported on the terminal.</summary>
/// <param name="Options">What to train.</param>
/// <param name="Resumed">Resumes the training that the run folder holds.</param>
internal sealed record TrainingSession(TrainingOptions Options, bool Resumed)
{
    /// <summary>The options to take instead if the training images turn out to be few; null for the same.</summary>
    public TrainingOptions? ForFewImages { get; init; }

    /// <summary>The folder that <c>--resume</c> takes after an interruption, if it is not the run folder.</summary>
    public string? ResumeFolder { get; init; }

    /// <summary>Receives the metrics of the best epoch at the end.</summary>
    public Action<EpochMetrics> Finished { get; init; } = _ => { };

    /// <summary>Trains, evaluates, and says what happens.</summary>
    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellation)
    {
        var options = Options;
        CheckPaths();
        NativeRuntime.PrepareForTraining(options.Threads > 0 ? options.Threads : null);

        Say($"reading {options.Data}");
        var data = TrainingData.Load(options, cancellation);
        Warn(data.Unreadable);
        foreach (var note in data.Notes)
        {
            Say(note);
        }

        Say($"{data.Train.Count:N0} training images, {data.Validation.Count:N0} validation images to choose the best epoch ({data.ValidationSource})"
            + (data.Test is null ? "" : $", {data.Test.Count:N0} test images for the final evaluation (test/)"));
        // Of folds, the first speaks for all: they differ by few images of a label.
        if (!Resumed && options.Fold <= 1 && RareLabels.Describe(data.Train, data.Validation) is { } rare)
        {
            Warn(rare);
        }

        CropWarning.Say(data.Train.Paths, cancellation);
        if (ForFewImages is { } fineTuning && TrainingImages(data) < TrainSettings.FewImages)
        {
            options = fineTuning;
            Say(Recipe(options));
        }

        using var trainer = Resumed ? Trainer.Resume(options, data) : Trainer.Start(options, data);
        Say($"{options.Architecture}, {trainer.ParameterCount:N0} parameters, labels {data.Train.Labels}, {trainer.DeviceName} in {trainer.Precision}");
        if (trainer.Origin is { } origin)
        {
            Say($"starts from {origin}");
        }

        var folder = new RunFolder(trainer, data);
        if (Resumed)
        {
            Say($"resumed at epoch {Math.Min(trainer.History.Count + 1, options.Epochs)} of {options.Epochs}");
        }

        cancellation.ThrowIfCancellationRequested();
        folder.Begin(cancellation);
        var exitCode = Train(trainer, folder, options, cancellation);
        Say(new SkippedFiles(data.NotImages, data.Unreadable.Count));
        return exitCode;
    }

    /// <summary>Before the images are read, which takes a while. The trainer checks the run folder again when it locks it.</summary>
    private void CheckPaths()
    {
        RunFolderLock.RequireFree(Options.Output);
        if (Options.BestCopy is { } copy)
        {
            OutputPath.RequireOtherThan(copy, "without --out, this run's best network", [Options.Init, .. Options.Teachers, Options.FerPlusVotes]);
        }

        foreach (var file in RunFolder.Files.Select(file => Path.Combine(Options.Output, file)).Append(Options.BestCopy ?? "").Where(Directory.Exists))
        {
            throw new FerException($"{file} is a folder, where this training would write a file: rename it, or choose another --out");
        }

        if (Options.BestCopy is { } bestCopy && File.Exists(bestCopy))
        {
            Say($"{ShortName(bestCopy)} will be replaced by the best network at the end{(Resumed ? "; rename it to keep it" : "; --out DIR keeps it")}");
        }

        if (Resumed)
        {
            // It replaces its own files, also where the run folder lies inside the data folder.
            return;
        }

        RunPaths.RequireNewRun(Options.Output);
        // What a training left behind that ended before its first checkpoint.
        var isUnfinishedRun = File.Exists(RunPaths.Options(Options.Output));
        foreach (var file in RunFolder.Files)
        {
            var path = Path.Combine(Options.Output, file);
            OutputPath.RequireOtherThan(path, "--out", [.. Options.Teachers, Options.FerPlusVotes, Options.Data]);
            if (!isUnfinishedRun && new FileInfo(path) is { Exists: true, Length: > 0 })
            {
                throw new FerException($"{path} exists already, and this training would replace it: choose another --out");
            }
        }
    }

    /// <summary>The number of training images; with folds the mean of all of them, so that all take the same recipe.</summary>
    private double TrainingImages(TrainingData data) =>
        Options.Folds == 0 ? data.Train.Count : (data.Train.Count + data.Validation.Count) * (1 - 1.0 / Options.Folds);

    private int Train(Trainer trainer, RunFolder folder, TrainingOptions options, CancellationToken cancellation)
    {
        using var progress = new ProgressLine();
        var forecast = new TrainingForecast(options, Resumed);
        try
        {
            trainer.Run(
                state =>
                {
                    if (forecast.After(state) is { } duration)
                    {
                        progress.Clear();
                        Say(duration);
                    }

                    Show(progress, state, options.Epochs);
                },
                end =>
                {
                    progress.Clear();
                    Say(Line(end, options.Epochs));
                    folder.Update(end);
                },
                cancellation);
            var report = folder.Finish(cancellation);
            progress.Clear();
            var model = CopyBest(options);
            Console.Out.Write(EvaluationTable.Render(report));
            Conclude(trainer, options, report, model);
            Finished(TrainingHistory.Best(trainer.History, options.Criterion)!);
            return ExitCode.Success;
        }
        catch (OperationCanceledException)
        {
            progress.Clear();
            Say(File.Exists(RunPaths.Last(options.Output)) ? $"interrupted; resume with: fer-train --resume {ResumeFolder ?? options.Output}" : "interrupted before the first step");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Copies the best network to where the user's next command looks for it.</summary>
    /// <returns>Its path.</returns>
    private static string CopyBest(TrainingOptions options)
    {
        var best = RunPaths.Best(options.Output);
        if (options.BestCopy is not { } copy)
        {
            return best;
        }

        AtomicFile.Replace(copy, unfinished => File.Copy(best, unfinished, overwrite: true));
        return ShortName(copy);
    }

    private static void Conclude(Trainer trainer, TrainingOptions options, EvaluationReport report, string model)
    {
        var best = TrainingHistory.Best(trainer.History, options.Criterion)!;
        if (trainer.History.Count < options.Epochs)
        {
            Say($"stopped early after epoch {trainer.History.Count}: no improvement for {options.Patience} epochs");
        }

        Say($"metrics above: best epoch ({best.Epoch}), {report.Images:N0} images of {report.Split}; charts and report: {options.Output}");
        Say($"now try: fer-detect --camera 0 --model {model}");
    }

    private static string Recipe(TrainingOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"few images, so --recipe finetune: --lr {options.LearningRate}, {(options.FrozenEpochs > 0 ? $"last layer alone for {options.FrozenEpochs} epochs (--freeze), " : "")}--augment {options.Augment}, --batch-size {options.BatchSize}, --warmup {options.WarmUp}, --ema {options.Ema}, at most {options.Epochs} epochs, --patience {options.Patience}");

    /// <summary>A path, relative where the file is in the current folder.</summary>
    private static string ShortName(string path) =>
        Path.GetDirectoryName(path) == Directory.GetCurrentDirectory() ? Path.GetFileName(path) : path;

    private static void Show(ProgressLine progress, TrainingProgress state, int epochs) => progress.Show(
        (double)state.Step / state.Steps,
        $"epoch {state.Epoch}/{epochs}  {state.ImagesPerSecond:0} images/s  loss {state.Loss:0.000}  {ProgressLine.Duration(state.Remaining)} left");

    private static string Line(EpochResult end, int epochs)
    {
        var epoch = end.History[^1];
        return $"epoch {epoch.Epoch}/{epochs}  train {epoch.TrainLoss:0.000} ({epoch.TrainAccuracy:0.0%})  "
            + $"validation {epoch.ValidationLoss:0.000} ({epoch.ValidationAccuracy:0.0%}){(end.Temperature is null ? "" : " best")}  "
            + $"{epoch.ImagesPerSecond:0} images/s  {ProgressLine.Duration(TimeSpan.FromSeconds(epoch.Seconds))}";
    }
}
