using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Inference;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train evaluate</c>: measures a network on a split, and fails a script where a demand is missed.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Data = Required("--data", "DIR", "folder of images, as for training");
    private static readonly Option<string?> Split = OneOf("--split", "part of the folder (test; for label folders at once, all of it)", "train", "validation", "test");
    private static readonly Option<string> Model = Required("--model", "FILE", "checkpoint, fer.pt");
    private static readonly Option<string?> Json = Text("--json", "FILE", "write the report as JSON; - for stdout");
    private static readonly Option<string?> Predictions = Text("--predictions", "FILE", "write a CSV row an image");
    private static readonly Option<bool> Views = Switch("--tta", "average ten views of each image too (test-time augmentation)");
    private static readonly Option<double?> MinimumAccuracy = Real("--min-accuracy", "exit with 3 where the accuracy (with --tta: of the averaged views) is lower", 0, 1);
    private static readonly Option<string?> Baseline = Text("--baseline", "FILE", "earlier report to compare with");
    private static readonly Option<double?> MaximumDrop = Real("--max-drop", "exit with 3 where the accuracy is lower than the baseline's by more (0)", 0, 1);
    private static readonly Option<bool> Strict = Switch("--strict", "make an unreadable image an error");
    private static readonly Option<string?> PrecisionName = OneOf("--precision", "number format of convolutions", "auto", "fp32", "bf16");
    private static readonly Option<string?> Device = OneOf("--device", "where to compute", "auto", "cpu", "cuda");
    private static readonly Option<int?> Threads = Whole("--threads", "processor threads (all)", 1, 1024);

    public static Command Create()
    {
        var command = new Command("evaluate", "Measures a network on labeled images.")
        {
            Data, Split, Model, Json, Predictions, Views, MinimumAccuracy, Baseline, MaximumDrop, Strict, PrecisionName, Device, Threads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Baseline) is null && result.GetResult(MaximumDrop) is not null)
            {
                result.AddError("--max-drop X needs the report to compare with: add --baseline FILE");
            }

            foreach (var output in new[] { Json, Predictions })
            {
                if (Named(output) is { } file and not "-" && (IsSame(file, Named(Baseline)) || IsSame(file, Named(Model))))
                {
                    result.AddError($"{output.Name} would replace what is read, {file}: name another file");
                }
            }

            if (Named(Predictions) is { } rows && OutputFile.IsStandardOutput(rows))
            {
                result.AddError("--predictions names a file: standard output has the table or the report");
            }
            else if (Named(Json) is { } json and not "-" && IsSame(json, Named(Predictions)))
            {
                result.AddError("--json and --predictions name the same file; choose another one for one of them");
            }

            // By its token: GetValue throws where a value is missing, which is told after this.
            string? Named(Option option) =>
                result.GetResult(option) is { Tokens: [{ Value: var value }] } && !string.IsNullOrWhiteSpace(value) ? value : null;

            static bool IsSame(string one, string? other) => other is not null && OutputFile.IsSame(one, other);
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private static int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        NativeTuning.Apply();
        NativeRuntime.PrepareWithoutTorch(parsed.GetValue(Threads));

        var baseline = parsed.GetValue(Baseline) is { } path ? EvaluationReport.Load(path) : null;
        var gate = new AccuracyGate(parsed.GetValue(MinimumAccuracy), baseline, parsed.GetValue(MaximumDrop) ?? 0);
        var modelPath = parsed.GetValue(Model)!;
        var checkpoint = CheckpointStore.Load(modelPath);
        var folder = ImageFolder.Open(parsed.GetValue(Data)!, checkpoint.Labels);
        var split = parsed.GetValue(Split) ?? (folder.Splits.Contains("test") || folder.Splits.Count > 1 ? "test" : folder.Splits.Single());
        var faces = FaceDataset.Load(checkpoint.Labels, folder.Split(split), checkpoint.Preprocessing.Size, out var unreadable, cancellation);
        if (parsed.GetValue(Strict) && unreadable.Count > 0)
        {
            throw new FerException($"{unreadable[0].Path}: {unreadable[0].Reason} ({unreadable.Count} unreadable in all); remove the files or leave out --strict");
        }

        Warn(unreadable);
        var report = Measure(parsed, checkpoint, faces, cancellation, out var predictions) with
        {
            Model = modelPath,
            Data = folder.Root,
            Split = split,
            Unreadable = unreadable.Count,
        };
        Write(parsed, report, predictions, faces.Paths, checkpoint.Temperature);
        var missed = gate.Failures(report);
        foreach (var demand in missed)
        {
            Say($"missed: {demand}");
        }

        return missed.Count > 0 ? ExitCode.GateMissed : ExitCode.Success;
    }

    private static EvaluationReport Measure(ParseResult parsed, Checkpoint checkpoint, FaceDataset faces, CancellationToken cancellation, out Predictions predictions)
    {
        using var engine = InferenceEngines.Open(checkpoint, parsed.GetValue(PrecisionName) ?? "auto", parsed.GetValue(Device) ?? "auto", parsed.GetValue(Threads));
        var evaluator = new Evaluator(engine);
        predictions = evaluator.Predict(faces, TestTimeView.Plain, cancellation);
        var withViews = parsed.GetValue(Views)
            ? EvaluationFigures.Of(evaluator.Predict(faces, TestTimeView.TenCrop(faces.Size), cancellation), checkpoint.Temperature)
            : null;
        return EvaluationReport.Of(predictions, checkpoint.Temperature) with { WithViews = withViews };
    }

    private static void Write(ParseResult parsed, EvaluationReport report, Predictions predictions, IReadOnlyList<string> paths, double temperature)
    {
        Results.Write(EvaluationTable.Render(report), report.ToJson(), parsed.GetValue(Json));
        if (parsed.GetValue(Predictions) is { } csv)
        {
            OutputFile.Replace(csv, temporary =>
            {
                using var writer = new StreamWriter(temporary);
                PredictionTable.Write(writer, predictions, paths, temperature);
            });
        }
    }
}
