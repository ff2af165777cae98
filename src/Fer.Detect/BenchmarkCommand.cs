using System.CommandLine;
using System.Text;
using Fer.Core;
using Fer.Core.Benchmarking;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Detection.Detectors;
using Fer.Core.Model;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary><c>fer-detect benchmark</c>: detection throughput and latency, compared with the tutorial's loop.</summary>
internal sealed class BenchmarkCommand
{
    private static readonly (int Width, int Height)[] Sizes = [(640, 480), (1280, 720)];
    private static readonly int[] Crowds = [1, 4, 10];

    private readonly Option<string?> _input = Text("--input", "FILE", "video to measure", "built-in demo videos");
    private readonly Option<string?> _model = Text("--model", "FILE|bundled", "checkpoint", "the bundled model");
    private readonly Option<DetectorKind?> _detector = CommonOptions.Detector();
    private readonly Option<RequestedPrecision?> _precision = CommonOptions.Precision(DetectCommand.PrecisionHelp);
    private readonly Option<int?> _threads = CommonOptions.Threads(DetectCommand.ThreadsHelp, DetectCommand.ThreadsDefault);
    private readonly Option<int?> _seconds = Whole("--seconds", "duration of each measurement", 1, 3600, "5");
    private readonly Option<int?> _soak = Whole("--soak", "then measure memory growth over N frames; 0 for none", 0, int.MaxValue, "0");
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new BenchmarkCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("benchmark", new HelpPage(
            "Measures detection throughput and latency, compared with the loop of the well-known Keras tutorial.",
            [new OptionGroup("Options", [_input, _model, _detector, _precision, _threads, _seconds, _soak, _json, _force])],
            ["fer-detect benchmark", "fer-detect benchmark --input video.mp4 --soak 10000 --json benchmark.json"]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var path = BundledModel.Resolve(parsed.GetValue(_model));
        if (parsed.GetValue(_json) is { } json && !OutputPath.IsStandardOutput(json))
        {
            OutputPath.RequireOtherThan(json, _json.Name, path, parsed.GetValue(_input));
            OutputPath.RequireNew(json, _json.Name, parsed.GetValue(_force));
        }

        DetectSession.PrepareNative(CommonOptions.ThreadsIn(parsed, _threads));
        var precision = DetectSession.Resolve(parsed.GetValue(_precision) ?? RequestedPrecision.Auto);
        var request = new DetectorRequest(parsed.GetValue(_detector) ?? DetectorKind.Auto);
        string detector;
        using (var opened = FaceDetectors.Open(request, isStill: false, Say, Detail))
        {
            detector = opened.Name;
        }

        var benchmark = new DetectionBenchmark(
            CheckpointStore.Load(path), precision, () => FaceDetectors.Open(request, isStill: false, _ => { }, _ => { }), TimeSpan.FromSeconds(parsed.GetValue(_seconds) ?? 5))
        {
            Cancellation = cancellation,
        };
        var scenes = new List<SceneSpeed>();
        if (parsed.GetValue(_input) is { } input)
        {
            Say(input);
            scenes.Add(benchmark.MeasureFile(input));
        }
        else
        {
            foreach (var (width, height) in Sizes)
            {
                foreach (var people in Crowds)
                {
                    Say($"{width}x{height}, {people} {(people == 1 ? "face" : "faces")}");
                    scenes.Add(benchmark.MeasureDemo(width, height, people));
                }
            }
        }

        SoakReport? soak = null;
        if (parsed.GetValue(_soak) is > 0 and var frames)
        {
            Say($"measuring memory over {frames:N0} frames");
            soak = benchmark.Soak(frames);
        }

        var report = new DetectionReport(Processor.Description, BundledModel.NameOf(path), precision, detector, scenes, soak, ProcessMemory.Peak(), ProcessMemory.Now());
        Results.Write(parsed.InvocationConfiguration.Output, Render(report), report.ToJson(), parsed.GetValue(_json));
        return ExitCode.Success;
    }

    private static string Render(DetectionReport report)
    {
        var text = new StringBuilder();
        text.AppendLine($"{report.Model} in {report.Precision}; times in milliseconds; live: a source of {DetectionBenchmark.CameraRate:0} frames/s");
        text.AppendLine(report.Processor);
        text.AppendLine($"detector: {report.Detector}");
        text.AppendLine().Append(Scenes(report)).AppendLine();
        if (report.Scenes.Any(scene => scene.TutorialRate is null))
        {
            text.AppendLine("the tutorial's loop needs libtorch, which this build does not include: install both tools with scripts/install.sh");
        }

        if (report.Soak is { } soak)
        {
            text.AppendLine($"memory over {soak.Frames:N0} frames: {soak.Early / 1e6:0.0} MB after the first 1,000, {soak.Final / 1e6:0.0} MB at the end");
        }

        text.AppendLine($"memory: peak {report.PeakMemory / 1e6:0} MB, final {report.FinalMemory / 1e6:0} MB");
        return text.ToString();
    }

    private static TextTable Scenes(DetectionReport report)
    {
        var table = new TextTable(
            "video", "faces/frame", "frames/s", "tutorial", "speedup", "live", "latency p50", "p95", "p99", "capture", "detect", "classify", "draw");
        foreach (var scene in report.Scenes)
        {
            table.Add(
                scene.Name,
                $"{scene.FacesFound:0.0}",
                $"{scene.Rate:0}",
                scene.TutorialRate is { } rate ? $"{rate:0.0}" : "-",
                scene.TutorialRate is { } baseline ? $"{scene.Rate / baseline:0.0}" : "-",
                $"{scene.LiveRate:0}",
                $"{scene.Latency.Median:0.0}",
                $"{scene.Latency.Percentile95:0.0}",
                $"{scene.Latency.Percentile99:0.0}",
                $"{scene.CaptureTime:0.0}",
                $"{scene.DetectTime:0.0}",
                $"{scene.ClassifyTime:0.0}",
                $"{scene.DrawTime:0.0}");
        }

        return table;
    }
}
