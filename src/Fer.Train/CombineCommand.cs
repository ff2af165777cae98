using System.CommandLine;
using System.Globalization;
using System.Text;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using Fer.Core.Native;
using TorchSharp;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train combine</c>: one checkpoint of several trained networks, whose answers are averaged.</summary>
internal static class CombineCommand
{
    private static readonly Option<string[]> Models = Texts("--model", "FILE", "checkpoint; give the option once for each network");
    private static readonly Option<double[]> Shares = new("--share") { Description = "how much each network decides, in the order of --model (all the same)", HelpName = "X" };
    private static readonly Option<string> Data = Required("--data", "DIR", "folder of images to measure by and to fit the temperature to");
    private static readonly Option<string?> Split = OneOf("--split", "part of the folder (validation, where there is one)", "train", "validation", "test");
    private static readonly Option<string> Output = Required("--out", "FILE", "checkpoint to write");

    public static Command Create()
    {
        var command = new Command("combine", "Makes one network of several: their answers are averaged.") { Models, Shares, Data, Split, Output };
        command.Validators.Add(result =>
        {
            var models = result.GetResult(Models)?.Tokens.Count ?? 0;
            if (models is < 2 or > 16)
            {
                result.AddError("--model FILE is needed for each of the 2 to 16 networks that are to answer together");
            }

            if (result.GetResult(Shares) is { Tokens: var shares } && (shares.Count != models || !shares.All(share => IsShare(share.Value))))
            {
                result.AddError("--share takes a number above 0, once for each --model");
            }

            static bool IsShare(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is > 0 and < 1e6;
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private static int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        NativeRuntime.Prepare();
        var (paths, output) = (parsed.GetValue(Models)!, parsed.GetValue(Output)!);
        OutputPath.CheckPlace(output, Output.Name);
        if (paths.FirstOrDefault(path => OutputPath.IsSame(path, output)) is { } own)
        {
            throw new FerException($"{output} is {own} itself; name another file with --out");
        }

        var members = paths.Select(CheckpointStore.Load).ToArray();
        var together = CheckpointEnsemble.Of(members, parsed.GetValue(Shares) is { Length: > 0 } shares ? shares : Array.ConvertAll(paths, _ => 1.0));
        var faces = ReadFaces(parsed, together, out var split, cancellation);

        var table = new StringBuilder("accuracy   loss  network\n");
        foreach (var (path, member) in paths.Zip(members))
        {
            Row(table, Predict(member, path, faces, cancellation), member.Temperature, path);
        }

        var predictions = Predict(together, output, faces, cancellation);
        var temperature = Calibration.FitTemperature(predictions);
        Row(table, predictions, temperature, output);
        CheckpointStore.Save(output, together with
        {
            Temperature = temperature,
            Metrics = new Dictionary<string, double> { [$"{split}_accuracy"] = predictions.Accuracy() },
        });
        Console.Out.Write(table);
        return ExitCode.Success;
    }

    private static FaceDataset ReadFaces(ParseResult parsed, Checkpoint checkpoint, out string split, CancellationToken cancellation)
    {
        var folder = ImageFolder.Open(parsed.GetValue(Data)!, checkpoint.Labels);
        split = parsed.GetValue(Split) ?? (folder.Splits.Contains("validation")
            ? "validation"
            : throw new FerException($"{folder.Root} has no validation/: name what to fit the temperature to with --split ({string.Join(", ", folder.Splits)}); what is fitted to test/ is not measured by it any more"));
        var faces = FaceDataset.Load(checkpoint.Labels, folder.Split(split), checkpoint.Preprocessing.Size, out var unreadable, cancellation);
        Warn(unreadable);
        return faces;
    }

    private static Predictions Predict(Checkpoint checkpoint, string name, FaceDataset faces, CancellationToken cancellation)
    {
        using var network = checkpoint.BuildNetwork(PrecisionChoice.Resolve("auto"));
        var predictions = new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), torch.CPU).Predict(faces, TestTimeView.SingleCrop, cancellation);
        predictions.RequireFinite(name);
        return predictions;
    }

    private static void Row(StringBuilder table, Predictions predictions, double temperature, string name) => table.Append(
        CultureInfo.InvariantCulture, $"{100 * predictions.Accuracy(),6:0.0} %  {predictions.MeanLoss(temperature),5:0.000}  {name}\n");
}
