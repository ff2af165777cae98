using System.CommandLine;
using System.Text;
using Fer.Core;
using Fer.Core.Benchmarking.Scenes;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Data.Samples;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Reporting;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary><c>fer-detect benchmark-detection</c>: face detectors on composed scenes, alone and with the emotion network.</summary>
internal sealed class BenchmarkDetectionCommand
{
    private const int SamplesPerLabel = 60;

    private readonly Option<string?> _data = Text("--data", "DIR", "dataset whose test faces are pasted into the scenes", "built-in sample faces");
    private readonly Option<string?> _model = Text("--model", "FILE|bundled", "checkpoint", "the bundled model");
    private readonly Option<int?> _images = Whole("--images", "number of scenes", 1, 100_000, "300");
    private readonly Option<int?> _faces = Whole("--faces", "number of faces to classify, one per scene; 0 for none", 0, 100_000, "300");
    private readonly Option<int?> _seed = Whole("--seed", "seed of the scenes", 0, int.MaxValue, "1");
    private readonly Option<string?> _chart = Text("--chart", "FILE.png", "write a chart of recall by roll and face size");
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<int?> _threads = CommonOptions.Threads(DetectCommand.ThreadsHelp, DetectCommand.ThreadsDefault);

    public static Command Create() => new BenchmarkDetectionCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("benchmark-detection", new HelpPage(
            "Measures face detectors on face crops pasted into synthetic backgrounds.",
            [new OptionGroup("Options", [_data, _model, _images, _faces, _seed, _chart, _force, _threads])],
            ["fer-detect benchmark-detection --data fer2013 --images 1000 --faces 1795 --chart recall.png"]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_chart) is { } planned)
        {
            OutputPath.RequireOtherThan(planned, _chart.Name, parsed.GetValue(_model), parsed.GetValue(_data));
            OutputPath.RequireNew(planned, _chart.Name, parsed.GetValue(_force));
        }

        DetectSession.PrepareNative(CommonOptions.ThreadsIn(parsed, _threads));
        var faces = parsed.GetValue(_data) is { } data ? TestFaces(data, cancellation) : SampleFaces.Draw(SamplesPerLabel, seed: 1);
        var detectors = Detectors();
        try
        {
            var options = new SceneOptions { Seed = (ulong)(parsed.GetValue(_seed) ?? 1) };
            var benchmark = new SceneBenchmark(faces, options, detectors);
            var scores = benchmark.Detect(parsed.GetValue(_images) ?? 300, cancellation);
            var text = new StringBuilder().Append(SceneTables.Detection(scores)).AppendLine().Append(SceneTables.Recall(scores));
            if (parsed.GetValue(_chart) is { } chart)
            {
                RecallChart.Save(chart, SceneTables.Curves(scores));
            }

            if ((parsed.GetValue(_faces) ?? 300) is > 0 and var count)
            {
                using var classifier = new EmotionClassifier(CheckpointStore.Load(BundledModel.Resolve(parsed.GetValue(_model))));
                text.AppendLine().Append(SceneTables.Accuracy(benchmark.Classify(classifier, count, cancellation), detectors));
            }

            parsed.InvocationConfiguration.Output.Write(text);
            return ExitCode.Success;
        }
        finally
        {
            detectors.ForEach(detector => detector.Dispose());
        }
    }

    private static FaceDataset TestFaces(string data, CancellationToken cancellation)
    {
        var faces = FaceDataset.Load(LabelSet.Fer2013, ImageFolder.Open(data).Split("test"), SampleFaces.Size, out var unreadable, cancellation);
        Warn(unreadable);
        return faces;
    }

    /// <summary>The cascade by the defaults of version 0.1, by today's, with the fallback search, and YuNet if it is installed.</summary>
    private static List<SceneDetector> Detectors()
    {
        var haar = HaarOptions.StillImages;
        var first = haar with { Cascade = HaarCascade.Locate(null, HaarCascade.TutorialFileName), ScaleFactor = 1.3, MinNeighbors = 5 };
        List<SceneDetector> detectors =
        [
            new("Haar, 0.1", new HaarFaceDetector(first), HasFallback: false),
            new("Haar", new HaarFaceDetector(haar), HasFallback: false),
            new("Haar + fallback", new HaarFaceDetector(haar), HasFallback: true),
        ];
        try
        {
            var yunet = FaceDetectors.Open(new DetectorRequest(DetectorKind.YuNet), isStill: true, Say, Detail);
            detectors.Add(new SceneDetector("YuNet", yunet, HasFallback: false));
        }
        catch (FerException failure)
        {
            Warn($"{failure.Message}; the benchmark leaves YuNet out");
        }

        return detectors;
    }
}
