using System.CommandLine;
using System.Globalization;
using System.Text;
using Fer.Core.Benchmarking;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary><c>fer-detect benchmark</c>: how fast this machine recognizes, beside the tutorial's loop.</summary>
internal static class BenchmarkCommand
{
    private static readonly (int Width, int Height)[] Sizes = [(640, 480), (1280, 720)];
    private static readonly int[] Crowds = [1, 4, 10];

    private static readonly Option<string?> Input = Text("--input", "FILE", "measure this video in place of the built-in ones");
    private static readonly Option<string?> Model = Text("--model", "FILE", "trained network (the one that ships)");
    private static readonly Option<string?> PrecisionName = OneOf("--precision", "number format of convolutions", "auto", "fp32", "bf16");
    private static readonly Option<int?> Threads = Whole("--threads", "processor threads for the network and for OpenCV, each (half of all)", 1, 1024);
    private static readonly Option<int?> Seconds = Whole("--seconds", "length of each measurement (5)", 1, 3600);
    private static readonly Option<int?> Soak = Whole("--soak", "then watch the memory over so many images (0)", 0, int.MaxValue);
    private static readonly Option<string?> Json = Text("--json", "FILE", "write the figures as JSON; - for stdout");

    public static Command Create()
    {
        var command = new Command("benchmark", "Measures how fast this machine recognizes faces, beside the tutorial's loop.") { Input, Model, PrecisionName, Threads, Seconds, Soak, Json };
        command.SetAction(Execute);
        return command;
    }

    private static int Execute(ParseResult parsed)
    {
        var path = parsed.GetValue(Model) ?? DetectSession.DefaultModel();
        DetectSession.PrepareNative(parsed.GetValue(Threads));
        var precision = DetectSession.PrecisionOf(parsed.GetValue(PrecisionName) ?? "auto");
        var benchmark = new DetectionBenchmark(CheckpointStore.Load(path), precision, TimeSpan.FromSeconds(parsed.GetValue(Seconds) ?? 5));
        var scenes = new List<SceneSpeed>();
        if (parsed.GetValue(Input) is { } input)
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
        if (parsed.GetValue(Soak) is > 0 and var frames)
        {
            Say($"memory over {frames:N0} images");
            soak = benchmark.Soak(frames);
        }

        var report = new DetectionReport(path, precision, scenes, soak, ProcessMemory.Peak(), ProcessMemory.Now());
        Results.Write(Table(report), report.ToJson(), parsed.GetValue(Json));
        return ExitCode.Success;
    }

    private static string Or(double? rate) => rate?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";

    private static string Table(DetectionReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{report.Model} in {report.Precision}; live figures at {DetectionBenchmark.CameraRate:0} images a second; times in milliseconds"));
        text.AppendLine();
        text.AppendLine("                      faces  frames tutorial's                latency live              an image");
        text.AppendLine("                      found     /s    loop /s  ratio     live  50%   95%   99%   take   find   read   draw");
        foreach (var scene in report.Scenes)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{scene.Name,-20}{scene.FacesFound,7:0.0}{scene.Rate,7:0}{Or(scene.TutorialRate),11}{Or(scene.Rate / scene.TutorialRate),7}{scene.LiveRate,9:0}{scene.Latency.Median,5:0.0}{scene.Latency.Percentile95,6:0.0}{scene.Latency.Percentile99,6:0.0}{scene.CaptureTime,7:0.0}{scene.FindTime,7:0.0}{scene.ReadTime,7:0.0}{scene.DrawTime,7:0.0}"));
        }

        text.AppendLine();
        if (report.Scenes.Any(scene => scene.TutorialRate is null))
        {
            text.AppendLine("the tutorial's loop needs libtorch, which this build comes without: install both tools with scripts/install.sh");
        }

        if (report.Soak is { } soak)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"memory over {soak.Frames} images: {soak.Early / 1e6:0.0} MB after the first thousand, {soak.Final / 1e6:0.0} MB at the end"));
        }

        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"memory: peak {report.PeakMemory / 1e6:0} MB, final {report.FinalMemory / 1e6:0} MB"));
        return text.ToString();
    }
}
