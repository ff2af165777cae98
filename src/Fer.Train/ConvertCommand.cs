using System.CommandLine;
using Fer.Core.Cli;
using Fer.Core.Data.Fer2013;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train convert</c>: Kaggle's CSV file to label folders.</summary>
internal static class ConvertCommand
{
    // FER2013 has this many; only the progress bar relies on it.
    private const double UsualRows = 35887;

    private static readonly Option<string> Csv = Required("--csv", "FILE", "fer2013.csv");
    private static readonly Option<string> Output = Required("--out", "DIR", "new folder for train/, validation/ (PublicTest) and test/ (PrivateTest)");
    private static readonly Option<string?> FerPlus = Text("--ferplus", "FILE", "fer2013new.csv of FER+, whose votes then decide the labels");

    public static Command Create()
    {
        var command = new Command("convert", "Turns fer2013.csv into label folders.") { Csv, Output, FerPlus };
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private static int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = parsed.GetValue(Output)!;
        using var progress = new ProgressLine();
        var conversion = Fer2013Csv.Convert(
            parsed.GetValue(Csv)!, parsed.GetValue(FerPlus), folder, row => progress.Show(row / UsualRows, $"{row} rows"), cancellation);
        progress.Clear();
        foreach (var (split, count) in conversion.Written)
        {
            Say($"wrote {count:N0} images to {Path.Combine(folder, split)}");
        }

        if (conversion.LeftOut > 0)
        {
            Say($"left out {conversion.LeftOut:N0} rows that most taggers found unknown or no face");
        }

        return ExitCode.Success;
    }
}
