using System.CommandLine;
using System.Globalization;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Evaluation;
using Fer.Core.Native;
using Fer.Core.Training;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train compress</c>: a network with less work for each face, by low-rank factorization of its convolutions.</summary>
internal sealed class CompressCommand
{
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<double?> _macs = Real("--macs", "million multiply-adds (MACs) for each face that it may have at most (default: half)", macs => macs is > 0 and < 1e6, "above 0");
    private readonly CalibrationSplit _split = new();
    private readonly Option<string> _output = Required("--out", "FILE", "checkpoint to write");
    private readonly Option<bool> _force = CommonOptions.Force();

    public static Command Create() => new CompressCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("compress", new HelpPage(
            "Makes a network faster: splits its convolutions into thinner ones (low-rank factorization), by images of train/. Train it a little further.",
            [new OptionGroup("Options", [_model, _macs, .. _split.Options, _output, _force])],
            ["fer-train compress --model runs/first/fer.pt --data ./images --out fast.pt", "fer-train --data ./images --init fast.pt --teacher runs/first/fer.pt --lr 0.0003 --epochs 10 --freeze 0"]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var (model, output) = (BundledModel.Resolve(parsed.GetValue(_model)), parsed.GetValue(_output)!);
        OutputPath.CheckPlace(output, _output.Name);
        OutputPath.RequireOtherThan(output, _output.Name, model, parsed.GetValue(_split.Data));
        NativeRuntime.PrepareForTraining();
        var whole = CheckpointStore.Load(model);
        LowRankFactorization.RequireWhole(whole);
        var before = LowRankFactorization.MultiplyAdds(whole);
        var data = _split.Read(parsed, whole, cancellation);
        OutputPath.RequireNew(output, _output.Name, parsed.GetValue(_force));
        var thin = LowRankFactorization.Factorize(whole, data.SampleTrain(LowRankFactorization.EnoughImages), 1e6 * parsed.GetValue(_macs) ?? before / 2, cancellation);

        var table = new TextTable("accuracy", "loss", "million MACs", "network") { LeftColumns = [3] };
        Row(table, data.Predict(whole, model), whole.Temperature, before, BundledModel.NameOf(model));
        var (predictions, temperature) = data.Save(thin, output);
        Row(table, predictions, temperature, LowRankFactorization.MultiplyAdds(thin), output);
        parsed.InvocationConfiguration.Output.Write(table);
        return ExitCode.Success;
    }

    private static void Row(TextTable table, Predictions predictions, double temperature, double multiplyAdds, string name) => table.Add(
        string.Create(CultureInfo.InvariantCulture, $"{100 * predictions.Accuracy():0.0}%"),
        string.Create(CultureInfo.InvariantCulture, $"{predictions.MeanLoss(temperature):0.000}"),
        string.Create(CultureInfo.InvariantCulture, $"{multiplyAdds / 1e6:0.0}"),
        name);
}
