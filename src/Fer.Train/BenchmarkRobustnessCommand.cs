using System.CommandLine;
using Fer.Core.Benchmarking.Robustness;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Inference;
using Fer.Core.Model;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train benchmark-robustness</c>: the accuracy on images as cameras and detectors deliver them.</summary>
internal sealed class BenchmarkRobustnessCommand
{
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _split = CommonOptions.Split();
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();
    private readonly Option<string[]> _models = CommonOptions.Models();
    private readonly Option<int?> _seed = Whole("--seed", "seed of noise, boxes and rotations", 0, int.MaxValue, "1");
    private readonly Option<RequestedDevice?> _device = CommonOptions.Device();
    private readonly Option<RequestedPrecision?> _precision = CommonOptions.EvaluationPrecision();
    private readonly Option<int?> _threads = CommonOptions.Threads();

    public static Command Create() => new BenchmarkRobustnessCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("benchmark-robustness", new HelpPage(
            "Measures the accuracy under blur, noise, low light, and with small, shifted and rolled faces.",
            [new OptionGroup("Options", [_data, _split, _labelMap, _ignoredLabels, _models, _seed, _device, _precision, _threads])],
            ["fer-train benchmark-robustness --data ./images", "fer-train benchmark-robustness --data ./images --model new.pt --model old.pt"]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        string[] models = CommonOptions.ModelsIn(parsed, _models);
        var options = new EvaluateOptions
        {
            Data = parsed.GetValue(_data)!,
            Split = parsed.GetValue(_split),
            LabelRules = CommonOptions.LabelRulesIn(parsed, _labelMap, _ignoredLabels),
            Models = models,
            Gates = new EvaluationGates(),
            Device = parsed.GetValue(_device) ?? RequestedDevice.Auto,
            Precision = parsed.GetValue(_precision) ?? RequestedPrecision.Float32,
            Threads = CommonOptions.ThreadsIn(parsed, _threads),
        };
        NativeRuntime.PrepareForEvaluation(options.Threads);
        Checkpoint[] checkpoints = [.. models.Select(CheckpointStore.Load)];
        var data = new EvaluateData(options, checkpoints);
        var seed = (ulong)(parsed.GetValue(_seed) ?? 1);
        double[][] accuracies = [.. checkpoints.Select(checkpoint => Accuracies(checkpoint, data.Faces(checkpoint.Preprocessing.Size, cancellation), options, seed, cancellation))];
        Say(data.Skipped);
        parsed.InvocationConfiguration.Output.Write(RobustnessBenchmark.Table([.. models.Select(BundledModel.NameOf)], accuracies));
        return ExitCode.Success;
    }

    private static double[] Accuracies(Checkpoint checkpoint, FaceDataset faces, EvaluateOptions options, ulong seed, CancellationToken cancellation)
    {
        using var engine = InferenceEngines.Open(checkpoint, options.Precision, options.Device, options.Threads);
        using var progress = new ProgressLine();
        return RobustnessBenchmark.Run(new Evaluator(engine), faces, seed, done => progress.ShowTimeLeft(done, $"evaluating {faces.Count:N0} images, {Corruption.All.Count} times"), cancellation);
    }
}
