using System.CommandLine;
using Fer.Core.Cli;
using Fer.Core.Data.Fer2013;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train convert</c>: Kaggle's fer2013.csv to label folders.</summary>
internal sealed class ConvertCommand
{
    // The rows of FER2013; used by the progress bar only.
    private const double UsualRows = 35887;

    private readonly Option<string> _csv = Required("--csv", "FILE", "fer2013.csv");
    private readonly Option<string> _output = Required("--out", "DIR", "new folder for train/, validation/ (PublicTest) and test/ (PrivateTest)");
    private readonly Option<string?> _ferPlus = Text("--ferplus", "FILE", "fer2013new.csv of FER+: use its majority label instead");

    public static Command Create() => new ConvertCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("convert", new HelpPage(
            "Converts fer2013.csv to label folders.",
            [new OptionGroup("Options", [_csv, _output, _ferPlus])],
            ["fer-train convert --csv fer2013.csv --out ./images", "fer-train convert --csv fer2013.csv --ferplus fer2013new.csv --out ./images"]));
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = parsed.GetValue(_output)!;
        using var progress = new ProgressLine();
        var conversion = Fer2013Csv.Convert(
            parsed.GetValue(_csv)!, parsed.GetValue(_ferPlus), folder, row => progress.Show(row / UsualRows, $"{row} rows"), cancellation);
        progress.Clear();
        foreach (var (split, count) in conversion.Written)
        {
            Say($"wrote {count:N0} images to {Path.Combine(folder, split)}");
        }

        if (conversion.LeftOut > 0)
        {
            Say($"skipped {conversion.LeftOut:N0} rows that most annotators marked as unknown or not a face");
        }

        return ExitCode.Success;
    }
}
