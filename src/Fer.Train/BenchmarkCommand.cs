using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fer.Core;
using Fer.Core.Benchmarking;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Native;
using TorchSharp;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train benchmark</c>: training throughput, compared with a baseline and with the CPU's peak.</summary>
internal sealed class BenchmarkCommand
{
    // FER2013's training images.
    private const double FerImages = 28_709;

    private readonly Option<string?> _arch = OneOf("--arch", "network architecture", Architecture.All.Keys, new EmotionNetArchitecture().Name);
    private readonly Option<int?> _width = Whole("--width", "stem channels of emotion-net", 1, EmotionNetArchitecture.LargestWidth, $"{EmotionNetArchitecture.DefaultWidth}");
    private readonly Option<int?> _batchSize = Whole("--batch-size", "batch size", 1, 8192, "128");
    private readonly Option<int?> _seconds = Whole("--seconds", "duration of each measurement", 1, 3600, "10");
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<bool> _baselineOnly = new("--baseline-only") { Hidden = true };

    public static Command Create() => new BenchmarkCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("benchmark", new HelpPage(
            "Measures training throughput, compared with a plain TorchSharp loop and the CPU's peak.",
            [new OptionGroup("Options", [_arch, _width, _batchSize, _seconds, _threads, _json, _force, _baselineOnly])],
            ["fer-train benchmark", "fer-train benchmark --verbose", "fer-train benchmark --width 48", "fer-train benchmark --batch-size 64 --threads 4 --json benchmark.json"]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var architecture = ArchitectureOf(parsed);
        var batchSize = parsed.GetValue(_batchSize) ?? 128;
        var duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds) ?? 10);
        if (parsed.GetValue(_baselineOnly))
        {
            return MeasureBaseline(parsed, architecture, batchSize, duration, cancellation);
        }

        if (parsed.GetValue(_json) is { } json)
        {
            OutputPath.RequireNew(json, _json.Name, parsed.GetValue(_force));
        }

        // Before and after: other load on the machine comes and goes.
        Say("measuring the baseline in a separate process");
        var before = RunBaseline(parsed, cancellation);
        NativeRuntime.PrepareForTraining(CommonOptions.ThreadsIn(parsed, _threads));
        Say("measuring peak throughput");
        Precision[] precisions = PrecisionChoice.ProcessorHasBFloat16 ? [Precision.Float32, Precision.BFloat16] : [Precision.Float32];
        PeakThroughput[] peaks = [.. precisions.Select(precision => PeakThroughput.Measure(precision, duration / 10, cancellation))];
        using var network = architecture.Build(LabelSet.Fer2013.Count, 48);
        var work = FlopCount.Of(network, 48);
        var speeds = new List<TrainingSpeed>();
        foreach (var precision in precisions)
        {
            Say($"measuring training in {precision}");
            speeds.Add(TrainingBenchmark.Measure(architecture, batchSize, precision, work, duration, cancellation));
        }

        Say("measuring peak throughput and the baseline again");
        peaks = [.. peaks.Select(peak => peak.OrBetter(PeakThroughput.Measure(peak.Precision, duration / 10, cancellation)))];
        var after = RunBaseline(parsed, cancellation);
        var report = new BenchmarkReport(
            Processor.Description,
            architecture.Name,
            batchSize,
            torch.get_num_threads(),
            work.Total,
            peaks,
            (before.Training + after.Training) / 2,
            (before.Inference + after.Inference) / 2,
            speeds,
            ProcessMemory.Peak());
        Results.Write(parsed.InvocationConfiguration.Output, Render(report), report.ToJson(), parsed.GetValue(_json));
        return ExitCode.Success;
    }

    private Architecture ArchitectureOf(ParseResult parsed)
    {
        var architecture = Architecture.Named(parsed.GetValue(_arch) ?? new EmotionNetArchitecture().Name);
        if (parsed.GetValue(_width) is not { } width)
        {
            return architecture;
        }

        return architecture is EmotionNetArchitecture
            ? EmotionNetArchitecture.OfWidth(width)
            : throw new FerException($"{_width.Name} is for the default network, not for {architecture.Name}");
    }

    private int MeasureBaseline(ParseResult parsed, Architecture architecture, int batchSize, TimeSpan duration, CancellationToken cancellation)
    {
        SetThreads(parsed);
        var (training, inference) = BaselineLoop.Measure(architecture, batchSize, LabelSet.Fer2013.Count, 48, duration, cancellation);
        parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{training} {inference}"));
        return ExitCode.Success;
    }

    /// <summary>Runs the same command line in a new process, which has glibc's default allocator settings.</summary>
    private static (double Training, double Inference) RunBaseline(ParseResult parsed, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var token in parsed.Tokens)
        {
            start.ArgumentList.Add(token.Value);
        }

        start.ArgumentList.Add("--baseline-only");
        using var process = Process.Start(start)!;
        // Ctrl+C reaches both processes, a SIGTERM only this one.
        using var end = cancellation.Register(process.Kill);
        var rates = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n')[^1].Split(' ');
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0 && rates.Length == 2
            ? (double.Parse(rates[0], CultureInfo.InvariantCulture), double.Parse(rates[1], CultureInfo.InvariantCulture))
            : throw new FerException("the baseline failed; is there enough memory?");
    }

    private void SetThreads(ParseResult parsed)
    {
        if (CommonOptions.ThreadsIn(parsed, _threads) is { } threads)
        {
            torch.set_num_threads(threads);
        }
    }

    private static string Render(BenchmarkReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{report.Architecture}, batch size {report.BatchSize}, {report.Threads} threads, {report.MultiplyAdds / 1e6:0.0} million MACs per image"));
        text.AppendLine(report.Processor);
        text.AppendLine().Append(Throughput(report)).AppendLine();
        foreach (var peak in report.Peaks)
        {
            text.AppendLine($"peak throughput in {peak.Precision}: {peak.Convolution / 1e9:0} GFLOP/s convolution, {peak.MatrixProduct / 1e9:0} GFLOP/s matrix product");
        }

        foreach (var speed in report.Speeds)
        {
            text.AppendLine($"time of a step in {speed.Precision}: input {speed.InputShare:0.0%}, forward {speed.ForwardShare:0.0%}, backward {speed.BackwardShare:0.0%}, update {speed.UpdateShare:0.0%}");
        }

        var best = report.Speeds.MaxBy(speed => speed.TrainingRate)!;
        text.AppendLine($"speedup over the baseline: {best.TrainingRate / report.BaselineTrainingRate:0.0}");
        text.AppendLine($"100 epochs of FER2013: {Epochs(best.TrainingRate)} (baseline: {Epochs(report.BaselineTrainingRate)})");
        text.AppendLine($"peak memory: {report.PeakMemory / 1e9:0.00} GB");
        if (Messages.Verbosity == Fer.Core.Cli.Verbosity.Verbose)
        {
            text.Append(Layers(report));
        }

        return text.ToString();
    }

    private static TextTable Throughput(BenchmarkReport report)
    {
        var table = new TextTable("images/s", "training", "inference", "training GFLOP/s", "% of peak convolution");
        table.Add("baseline", $"{report.BaselineTrainingRate:0}", $"{report.BaselineInferenceRate:0}");
        foreach (var (speed, peak) in report.Speeds.Zip(report.Peaks))
        {
            table.Add(
                $"fer-train, {speed.Precision}",
                $"{speed.TrainingRate:0}",
                $"{speed.InferenceRate:0}",
                $"{speed.TrainingFlops / 1e9:0}",
                $"{100 * speed.TrainingFlops / peak.Convolution:0}");
        }

        return table;
    }

    /// <summary>The algorithm of every convolution, a column for each precision.</summary>
    private static string Layers(BenchmarkReport report)
    {
        var table = new TextTable(["convolution", "input", "outputs", "million MACs", .. report.Speeds.Select(speed => $"{speed.Precision}")]);
        foreach (var (index, layer) in report.Speeds[0].Layers.Index())
        {
            table.Add(
            [
                layer.Layer, string.Join('x', layer.Input), $"{layer.Outputs}", string.Create(CultureInfo.InvariantCulture, $"{layer.MultiplyAdds / 1e6:0.0}"),
                .. report.Speeds.Select(speed => speed.Layers[index].Algorithm),
            ]);
        }

        return $"\n{table}";
    }

    private static string Epochs(double imagesPerSecond) => ProgressLine.Duration(TimeSpan.FromSeconds(100 * FerImages / imagesPerSecond));
}
