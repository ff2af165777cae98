using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train inspect</c>: checks a dataset before training.</summary>
internal sealed class InspectCommand
{
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();
    private readonly Option<string?> _output = Text("--out", "DIR", "also write overview.html, charts, contact sheets and tables");
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<int?> _size = Whole("--size", "image width and height in pixels for the comparison; with --model, its own", 8, 512, "48");
    private readonly Option<string?> _model = Text("--model", "FILE|bundled", "also look for wrong labels, by the features of this network; it may have other labels");

    private readonly IReadOnlyList<InspectGate> _gates = InspectGates.Create();

    public static Command Create() => new InspectCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("inspect", new HelpPage(
            "Checks a dataset: label counts, duplicates, leaks between splits, low-quality images, label errors.",
            [new OptionGroup("Options", [_data, _labelMap, _ignoredLabels, _output, _force, _size, _model]), new OptionGroup("Gates (exit code 3 above the number)", [.. _gates.Select(gate => gate.Option)])],
            ["fer-train inspect --data ./images --out report", "fer-train inspect --data ./mine --model bundled --out report", "fer-train inspect --data ./images --max-leaks 0 --max-unreadable 0"]));
        command.Validators.Add(result =>
        {
            if (result.GetResult(_model) is null && _gates.FirstOrDefault(gate => gate.NeedsModel && result.GetResult(gate.Option) is not null) is { } gate)
            {
                result.AddError($"{gate.Option.Name} needs a network to judge the labels: add --model FILE or --model bundled");
            }
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var data = parsed.GetValue(_data)!;
        if (parsed.GetValue(_output) is { } charts)
        {
            foreach (var file in InspectFolder.Files)
            {
                OutputPath.RequireOtherThan(Path.Combine(charts, file), _output.Name, data);
                OutputPath.RequireNew(Path.Combine(charts, file), _output.Name, parsed.GetValue(_force));
            }
        }

        NativeRuntime.PrepareForTraining();
        var images = ImageFolder.Open(data, labels: null, CommonOptions.LabelRulesIn(parsed, _labelMap, _ignoredLabels));
        var checkpoint = parsed.GetValue(_model) is { } model ? CheckpointStore.Load(BundledModel.Resolve(model)) : null;
        var inspection = Inspect(images, checkpoint?.Preprocessing.Size ?? parsed.GetValue(_size) ?? 48, cancellation);
        var noCrops = CropWarning.Check([.. inspection.Splits.SelectMany(split => split.Faces.Paths)], cancellation);
        IReadOnlyList<SuspiciousLabel>? suspicious = null;
        if (checkpoint is not null)
        {
            using var progress = new ProgressLine();
            suspicious = LabelErrors.Rank(checkpoint, inspection.Splits[0].Faces, inspection.FirstSplitGroups, done => progress.ShowTimeLeft(done, "labels"), cancellation);
        }

        var found = new InspectResult(inspection, noCrops, suspicious);
        parsed.InvocationConfiguration.Output.Write(Messages.Printable(found.Render(images.Notes)));
        if (parsed.GetValue(_output) is { } folder)
        {
            InspectFolder.Write(folder, data, found, images.Notes);
            Say($"wrote {Path.Combine(folder, "overview.html")}, with the charts, sheets and tables beside it");
        }

        Say(new SkippedFiles(images.NotImages, inspection.Unreadable.Count));
        var missed = _gates.Select(gate => gate.Check(parsed, found)).OfType<string>().ToArray();
        Array.ForEach(missed, line => Say(parsed.InvocationConfiguration.Error, $"FAILED: {line}"));
        if (inspection.UnreadableSplits is { Count: > 0 } unreadable)
        {
            throw new FerException($"no file of {string.Join(" and of ", unreadable.Select(split => $"{split}/"))} is a readable image");
        }

        return missed.Length > 0 ? ExitCode.GateMissed : ExitCode.Success;
    }

    private static DataInspection Inspect(ImageFolder images, int size, CancellationToken cancellation)
    {
        using var progress = new ProgressLine();
        return DataInspection.Of(images, size, done => progress.ShowTimeLeft(done, "reading images"), cancellation);
    }
}
