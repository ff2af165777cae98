using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;

namespace Fer.Train;

/// <summary>The options for the images on which commands that change a network without training report accuracy and fit the temperature.</summary>
internal sealed class CalibrationSplit
{
    private readonly Option<string?> _split = OptionRules.OneOf("--split", "split for reporting accuracy and fitting the temperature", ["train", "validation", "test"], "validation");
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();

    /// <summary><c>--data</c>.</summary>
    public Option<string> Data { get; } = CommonOptions.Data();

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> Options => [Data, _split, _labelMap, _ignoredLabels];

    /// <summary>Reads the chosen split.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checkpoint">A network, for its labels and preprocessing.</param>
    /// <param name="cancellation">Ends the work.</param>
    public CalibrationData Read(ParseResult parsed, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var folder = ImageFolder.Open(parsed.GetValue(Data)!, checkpoint.Labels, CommonOptions.LabelRulesIn(parsed, _labelMap, _ignoredLabels));
        var split = parsed.GetValue(_split) ?? (folder.Splits.Contains("validation")
            ? "validation"
            : throw new FerException($"{folder.Root} has no validation/: choose the split for temperature scaling with --split ({string.Join(", ", folder.Splits)}); of train/ it makes the networks seem surer than they are, and test/ is then no longer an independent test"));
        return new CalibrationData(folder, split, checkpoint.Preprocessing, cancellation);
    }
}
