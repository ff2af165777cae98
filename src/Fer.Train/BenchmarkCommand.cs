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

/// <summary><c>fer-train benchmark</c>: how fast this machine trains, beside what it could do and beside an ordinary loop.</summary>
internal static class BenchmarkCommand
{
    // FER2013's training images.
    private const double FerImages = 28_709;

    private static readonly Option<string?> Arch = OneOf("--arch", "network", Architecture.All.Keys);
    private static readonly Option<int?> BatchSize = Whole("--batch-size", "images a step (128)", 1, 8192);
    private static readonly Option<int?> Seconds = Whole("--seconds", "length of each measurement (10)", 1, 3600);
    private static readonly Option<int?> Threads = Whole("--threads", "processor threads (all)", 1, 1024);
    private static readonly Option<string?> Json = Text("--json", "FILE", "write the figures as JSON; - for stdout");
    private static readonly Option<bool> Ordinary = new("--ordinary-loop") { Hidden = true };

    public static Command Create()
    {
        var command = new Command("benchmark", "Measures how fast this machine trains, beside its ceiling and an ordinary loop.") { Arch, BatchSize, Seconds, Threads, Json, Ordinary };
        command.SetAction(Execute);
        return command;
    }

    private static int Execute(ParseResult parsed)
    {
        var name = parsed.GetValue(Arch) ?? new EmotionNetArchitecture().Name;
        var batchSize = parsed.GetValue(BatchSize) ?? 128;
        var duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds) ?? 10);
        if (parsed.GetValue(Ordinary))
        {
            return MeasureOrdinary(parsed, name, batchSize, duration);
        }

        // Once before and once after, for other work on the machine comes and goes.
        Say("the ordinary loop, in a process of its own");
        var before = RunOrdinary(parsed);
        NativeRuntime.Prepare(parsed.GetValue(Threads));
        Say("the processor's ceiling");
        Precision[] precisions = PrecisionChoice.ProcessorHasBFloat16 ? [Precision.Float32, Precision.BFloat16] : [Precision.Float32];
        PeakThroughput[] ceilings = [.. precisions.Select(precision => PeakThroughput.Measure(precision, duration / 10))];
        using var network = Architecture.Named(name).Build(LabelSet.Fer2013.Count, 48);
        var work = FlopCount.Of(network, 48);
        var speeds = new List<TrainingSpeed>();
        foreach (var precision in precisions)
        {
            Say($"training in {precision}");
            speeds.Add(TrainingBenchmark.Measure(name, batchSize, precision, work, duration));
        }

        Say("the ceiling and the ordinary loop, once more");
        ceilings = [.. ceilings.Select(ceiling => ceiling.OrBetter(PeakThroughput.Measure(ceiling.Precision, duration / 10)))];
        var after = RunOrdinary(parsed);
        var report = new BenchmarkReport(
            name,
            batchSize,
            torch.get_num_threads(),
            work.Total,
            ceilings,
            (before.Training + after.Training) / 2,
            (before.Inference + after.Inference) / 2,
            speeds,
            ProcessMemory.Peak());
        Results.Write(Table(report), report.ToJson(), parsed.GetValue(Json));
        return ExitCode.Success;
    }

    private static int MeasureOrdinary(ParseResult parsed, string name, int batchSize, TimeSpan duration)
    {
        SetThreads(parsed);
        var (training, inference) = BaselineLoop.Measure(Architecture.Named(name), batchSize, LabelSet.Fer2013.Count, 48, duration);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{training} {inference}"));
        return ExitCode.Success;
    }

    /// <summary>The same command line once more, with the stock allocator that only a fresh process has.</summary>
    private static (double Training, double Inference) RunOrdinary(ParseResult parsed)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var token in parsed.Tokens)
        {
            start.ArgumentList.Add(token.Value);
        }

        start.ArgumentList.Add("--ordinary-loop");
        using var process = Process.Start(start)!;
        var rates = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n')[^1].Split(' ');
        process.WaitForExit();
        return process.ExitCode == 0 && rates.Length == 2
            ? (double.Parse(rates[0], CultureInfo.InvariantCulture), double.Parse(rates[1], CultureInfo.InvariantCulture))
            : throw new FerException("the ordinary loop failed; is there enough memory?");
    }

    private static void SetThreads(ParseResult parsed)
    {
        if (parsed.GetValue(Threads) is { } threads)
        {
            torch.set_num_threads(threads);
        }
    }

    private static string Table(BenchmarkReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{report.Architecture}, batch {report.BatchSize}, {report.Threads} threads, {report.MultiplyAdds / 1e6:0.0} million multiply-adds a face"));
        text.AppendLine();
        text.AppendLine("                         training  inference    training  of the convolution");
        text.AppendLine("                         images/s   images/s     GFLOP/s             ceiling");
        text.AppendLine(Row("ordinary loop", report.BaselineTrainingRate, report.BaselineInferenceRate, ""));
        foreach (var (speed, ceiling) in report.Speeds.Zip(report.Peaks))
        {
            text.AppendLine(Row($"fer-train, {speed.Precision}", speed.TrainingRate, speed.InferenceRate, $"{speed.TrainingFlops / 1e9,10:0}{speed.TrainingFlops / ceiling.Convolution,20:0%}"));
        }

        text.AppendLine();
        foreach (var ceiling in report.Peaks)
        {
            text.AppendLine($"ceiling in {ceiling.Precision,-9}  {ceiling.Convolution / 1e9:0} GFLOP/s convolution, {ceiling.MatrixProduct / 1e9:0} GFLOP/s matrix product");
        }

        foreach (var speed in report.Speeds)
        {
            text.AppendLine($"a step in {speed.Precision,-9}   input {speed.InputShare:0.0%}, forward {speed.ForwardShare:0.0%}, backward {speed.BackwardShare:0.0%}, update {speed.UpdateShare:0.0%}");
        }

        var best = report.Speeds.MaxBy(speed => speed.TrainingRate)!;
        text.AppendLine($"ratio to the ordinary loop {best.TrainingRate / report.BaselineTrainingRate:0.0}");
        text.AppendLine($"100 epochs of FER2013      {ProgressLine.Duration(TimeSpan.FromSeconds(100 * FerImages / best.TrainingRate))} (ordinary loop {ProgressLine.Duration(TimeSpan.FromSeconds(100 * FerImages / report.BaselineTrainingRate))})");
        text.AppendLine($"peak memory                {report.PeakMemory / 1e9:0.00} GB");
        return text.ToString();
    }

    private static string Row(string name, double training, double inference, string rest) => $"{name,-22}{training,11:0}{inference,11:0}{(rest.Length > 0 ? "  " + rest : "")}";
}
