using System.CommandLine;
using Fer.Core;
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

/// <summary><c>fer-train evaluate</c>: evaluates a network on a split, with gates for scripts.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _split = OneOf("--split", "split to evaluate (default: test, or all images if there are only label folders)", ["train", "validation", "test"]);
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();
    private readonly Option<bool> _strict = Switch("--strict", "fail on unreadable images instead of skipping them");
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<bool> _tta = Switch("--tta", "also evaluate with 10-crop test-time augmentation");
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Option<string?> _predictions = Text("--predictions", "FILE", "write the predictions as CSV, a row per image");
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<double?> _minAccuracy = Real("--min-accuracy", "exit with code 3 if accuracy (with --tta: TTA accuracy) is lower", 0, 1);
    private readonly Option<string?> _baseline = Text("--baseline", "FILE", "earlier JSON report to compare with");
    private readonly Option<double?> _maxDrop = Real("--max-drop", "allowed drop below the baseline's accuracy; a larger drop exits with code 3", 0, 1, "0");
    private readonly Option<RequestedDevice?> _device = CommonOptions.Device();
    private readonly Option<RequestedPrecision?> _precision = CommonOptions.Precision();
    private readonly Option<int?> _threads = CommonOptions.Threads();

    public static Command Create() => new EvaluateCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("evaluate", new HelpPage(
            "Evaluates a network on labeled images.",
            [
                new OptionGroup("Data", [_data, _split, _labelMap, _ignoredLabels, _strict]),
                new OptionGroup("Model", [_model, _tta]),
                new OptionGroup("Output", [_json, _predictions, _force]),
                new OptionGroup("Gates", [_minAccuracy, _baseline, _maxDrop]),
                new OptionGroup("Hardware", [_device, _precision, _threads]),
            ],
            [
                "fer-train evaluate --data ./images",
                "fer-train evaluate --data ./images --model fer.pt --json report.json --min-accuracy 0.65",
            ]));
        command.Validators.Add(result =>
        {
            if (result.GetResult(_baseline) is null && result.GetResult(_maxDrop) is not null)
            {
                result.AddError("--max-drop needs a report to compare with: add --baseline FILE");
            }

            foreach (var output in new[] { _json, _predictions })
            {
                if (Named(output) is { } file and not "-" && (IsSame(file, Named(_baseline)) || IsSame(file, Named(_model))))
                {
                    result.AddError($"{output.Name} would overwrite the input {file}: choose another file");
                }
            }

            if (Named(_predictions) is { } rows && OutputPath.IsStandardOutput(rows))
            {
                result.AddError("--predictions needs a file: stdout has the table or the report");
            }
            else if (Named(_json) is { } json and not "-" && IsSame(json, Named(_predictions)))
            {
                result.AddError("--json and --predictions are the same file; choose two different files");
            }

            // By its token: GetValue throws where a value is missing, which is reported after this.
            string? Named(Option option) =>
                result.GetResult(option) is { Tokens: [{ Value: var value }] } && !string.IsNullOrWhiteSpace(value) ? value : null;

            static bool IsSame(string one, string? other) => other is not null && OutputPath.IsSame(one, other);
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        foreach (var output in new[] { _json, _predictions })
        {
            if (parsed.GetValue(output) is not { } file || OutputPath.IsStandardOutput(file))
            {
                continue;
            }

            OutputPath.RequireOtherThan(file, output.Name, parsed.GetValue(_model), parsed.GetValue(_baseline), parsed.GetValue(_data));
            OutputPath.RequireNew(file, output.Name, parsed.GetValue(_force));
        }

        NativeTuning.Apply();
        NativeRuntime.PrepareWithoutTorch(CommonOptions.ThreadsIn(parsed, _threads));

        var baseline = parsed.GetValue(_baseline) is { } path ? EvaluationReport.Load(path) : null;
        var gate = new AccuracyGate(parsed.GetValue(_minAccuracy), baseline, parsed.GetValue(_maxDrop) ?? 0);
        var modelPath = parsed.GetValue(_model) ?? BundledModel.Find();
        var checkpoint = CheckpointStore.Load(modelPath);
        var folder = ImageFolder.Open(parsed.GetValue(_data)!, checkpoint.Labels, LabelRules.Parse(parsed.GetValue(_labelMap), parsed.GetValue(_ignoredLabels) ?? []));
        var split = parsed.GetValue(_split) ?? (folder.Splits.Contains("test") || folder.Splits.Count > 1 ? "test" : folder.Splits.Single());
        var faces = FaceDataset.Load(checkpoint.Labels, folder.Split(split), checkpoint.Preprocessing.Size, out var unreadable, cancellation);
        if (parsed.GetValue(_strict) && unreadable.Count > 0)
        {
            throw new FerException($"{unreadable[0].Path}: {unreadable[0].Reason} ({unreadable.Count} unreadable in total); remove the files or omit --strict");
        }

        Warn(unreadable);
        foreach (var note in folder.Notes)
        {
            Say(note);
        }

        Detail($"{modelPath}: {checkpoint.Labels}; {faces.Count:N0} images of {folder.Root}, split {split}");
        var report = Evaluate(parsed, checkpoint, faces, cancellation, out var predictions) with
        {
            Model = modelPath,
            Data = folder.Root,
            Split = split,
            Unreadable = unreadable.Count,
        };
        Write(parsed, report, predictions, faces.Paths, checkpoint.Temperature);
        Say(new SkippedFiles(folder.NotImages, unreadable.Count));
        var failures = gate.Failures(report);
        foreach (var failure in failures)
        {
            Say(parsed.InvocationConfiguration.Error, $"FAILED: {failure}");
        }

        return failures.Count > 0 ? ExitCode.GateMissed : ExitCode.Success;
    }

    private EvaluationReport Evaluate(ParseResult parsed, Checkpoint checkpoint, FaceDataset faces, CancellationToken cancellation, out Predictions predictions)
    {
        var precision = parsed.GetValue(_precision) ?? RequestedPrecision.Auto;
        var device = parsed.GetValue(_device) ?? RequestedDevice.Auto;
        using var engine = InferenceEngines.Open(checkpoint, precision, device, CommonOptions.ThreadsIn(parsed, _threads));
        var evaluator = new Evaluator(engine);
        predictions = Predict(evaluator, faces, TestTimeView.SingleCrop, "single crop", cancellation);
        var withTta = parsed.GetValue(_tta)
            ? EvaluationMetrics.Of(Predict(evaluator, faces, TestTimeView.TenCrop(faces.Size), "10-crop TTA", cancellation), checkpoint.Temperature)
            : null;
        return EvaluationReport.Of(predictions, checkpoint.Temperature) with { WithTta = withTta };
    }

    private static Predictions Predict(Evaluator evaluator, FaceDataset faces, IReadOnlyList<TestTimeView> views, string what, CancellationToken cancellation)
    {
        using var progress = new ProgressLine();
        return evaluator.Predict(faces, views, done => progress.ShowTimeLeft(done, $"evaluating {faces.Count:N0} images, {what}"), cancellation);
    }

    private void Write(ParseResult parsed, EvaluationReport report, Predictions predictions, IReadOnlyList<string> paths, double temperature)
    {
        Results.Write(parsed.InvocationConfiguration.Output, EvaluationTable.Render(report), report.ToJson(), parsed.GetValue(_json));
        if (parsed.GetValue(_predictions) is { } csv)
        {
            AtomicFile.Replace(csv, temporary =>
            {
                using var writer = new StreamWriter(temporary);
                PredictionTable.Write(writer, predictions, paths, temperature);
            });
        }
    }
}
