using System.CommandLine;
using System.Globalization;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Evaluation;
using Fer.Core.Native;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train combine</c>: an ensemble of several networks in one checkpoint, or one network with the mean of their weights.</summary>
internal sealed class CombineCommand
{
    private readonly Option<string[]> _models = Texts("--model", "FILE|bundled", "checkpoint; repeat for each of the 2 to 16 networks (required)");
    private readonly Option<double[]> _weights = new Option<double[]>("--weight") { Description = "weight of each network in the average, in the order of --model (default: equal)", HelpName = "X" }.WithOldName("--share");
    private readonly Option<bool> _soup = Switch("--soup", "average the weights instead of the predictions (model soup): one network; for networks trained further from the same one");
    private readonly CalibrationSplit _split = new();
    private readonly Option<string> _output = Required("--out", "FILE", "checkpoint to write");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new CombineCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("combine", new HelpPage(
            "Combines several networks into an ensemble, which averages their predictions, or into one network.",
            [new OptionGroup("Options", [_models, _weights, _soup, .. _split.Options, _output, _force])],
            ["fer-train combine --model a/fer.pt --model b/fer.pt --data ./images --out ensemble.pt"]));
        command.Validators.Add(result =>
        {
            var models = result.GetResult(_models)?.Tokens.Count ?? 0;
            if (models is < 2 or > 16)
            {
                result.AddError("--model FILE must be repeated for each of the 2 to 16 networks");
            }

            if (result.GetResult(_weights) is { Tokens: var weights } && (weights.Count != models || !weights.All(weight => IsWeight(weight.Value))))
            {
                result.AddError("--weight takes a number above 0, once for each --model");
            }

            static bool IsWeight(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight is > 0 and < 1e6;
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var output = parsed.GetValue(_output)!;
        string[] paths = [.. parsed.GetValue(_models)!.Select(BundledModel.Resolve)];
        OutputPath.CheckPlace(output, _output.Name);
        OutputPath.RequireOtherThan(output, _output.Name, [.. paths, parsed.GetValue(_split.Data)]);
        NativeRuntime.PrepareForTraining();
        var members = paths.Select(CheckpointStore.Load).ToArray();
        double[] shares = parsed.GetValue(_weights) is { Length: > 0 } weights ? weights : Array.ConvertAll(paths, _ => 1.0);
        var combined = parsed.GetValue(_soup) ? ModelSoup.Of(members, shares) : CheckpointEnsemble.Of(members, shares);
        var data = _split.Read(parsed, combined, cancellation);
        OutputPath.RequireNew(output, _output.Name, parsed.GetValue(_force));

        var table = new TextTable("accuracy", "loss", "network") { LeftColumns = [2] };
        foreach (var (path, member) in paths.Zip(members))
        {
            Row(table, data.Predict(member, path), member.Temperature, BundledModel.NameOf(path));
        }

        var (predictions, temperature) = data.Save(combined, output);
        Row(table, predictions, temperature, output);
        parsed.InvocationConfiguration.Output.Write(table);
        return ExitCode.Success;
    }

    private static void Row(TextTable table, Predictions predictions, double temperature, string name) =>
        table.Add($"{100 * predictions.Accuracy():0.0}%", $"{predictions.MeanLoss(temperature):0.000}", name);
}
