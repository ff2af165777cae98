using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Training;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary>One training from the folder of pictures to the run folder, told on the terminal.</summary>
internal static class TrainingSession
{
    public static int Run(TrainingOptions options, bool resumed, bool keepCopy, CancellationToken cancellation)
    {
        if (!resumed && File.Exists(Path.Combine(options.Output, "last.pt")))
        {
            throw new FerException($"{options.Output} holds a training already: go on with --resume {options.Output}, or choose another --out");
        }

        if (options.Threads > 0)
        {
            TorchSharp.torch.set_num_threads(options.Threads);
        }

        Say($"reading {options.Data}");
        var data = TrainingData.Load(options);
        Warn(data.Unreadable);
        Say($"{data.Train.Count:N0} pictures to learn from, {data.Validation.Count:N0} to choose the best epoch ({data.ValidationSource})"
            + (data.Test is null ? "" : $", {data.Test.Count:N0} to measure it once at the end (test/)"));
        using var trainer = new Trainer(options, data);
        Say($"{options.Architecture}, {trainer.ParameterCount:N0} parameters, labels {data.Train.Labels}, {trainer.DeviceName} in {trainer.Precision}");
        if (resumed)
        {
            trainer.Resume();
            Say($"going on after epoch {trainer.History.Count} of {options.Epochs}");
        }

        Directory.CreateDirectory(options.Output);
        File.WriteAllText(Path.Combine(options.Output, "options.json"), options.ToJson());
        using var progress = new ProgressLine();
        try
        {
            trainer.Run(state => Show(progress, state, options.Epochs), end => Report(progress, end, options), cancellation);
        }
        catch (OperationCanceledException)
        {
            progress.Clear();
            Say($"interrupted; go on with: fer-train --resume {options.Output}");
            return ExitCode.Interrupted;
        }

        return ExitCode.Success;
    }

    private static void Show(ProgressLine progress, TrainingProgress state, int epochs) => progress.Show(
        (double)state.Step / state.Steps,
        $"epoch {state.Epoch}/{epochs}  {state.ImagesPerSecond:0} images/s  loss {state.Loss:0.000}  {ProgressLine.Duration(state.Remaining)} left");

    private static void Report(ProgressLine progress, EpochEnd end, TrainingOptions options)
    {
        progress.Clear();
        var epoch = end.History[^1];
        File.WriteAllText(Path.Combine(options.Output, "history.csv"), TrainingHistory.ToCsv(end.History));
        Say($"epoch {epoch.Epoch}/{options.Epochs}  train {epoch.TrainLoss:0.000} ({epoch.TrainAccuracy:0.0%})  "
            + $"validation {epoch.ValidationLoss:0.000} ({epoch.ValidationAccuracy:0.0%}){(end.IsBest ? " best" : "")}  "
            + $"{epoch.ImagesPerSecond:0} images/s  {ProgressLine.Duration(TimeSpan.FromSeconds(epoch.Seconds))}");
    }
}
