using System.CommandLine;
using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using TorchSharp;
using static Fer.Core.Cli.Messages;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary>The options for the images on which commands that change a network without training report accuracy and fit the temperature.</summary>
internal sealed class CalibrationSplit
{
    private readonly Option<string?> _split = OneOf("--split", "split for reporting accuracy and fitting the temperature", ["train", "validation", "test"], "validation");
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();

    /// <summary><c>--data</c>.</summary>
    public Option<string> Data { get; } = CommonOptions.Data();

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> Options => [Data, _split, _labelMap, _ignoredLabels];

    /// <summary>Reads the chosen split.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checkpoint">A network, for its labels and image size.</param>
    /// <param name="split">Which it is.</param>
    /// <param name="cancellation">Ends the work.</param>
    public FaceDataset Read(ParseResult parsed, Checkpoint checkpoint, out string split, CancellationToken cancellation)
    {
        var folder = Open(parsed, checkpoint);
        split = parsed.GetValue(_split) ?? (folder.Splits.Contains("validation")
            ? "validation"
            : throw new FerException($"{folder.Root} has no validation/: choose the split for temperature scaling with --split ({string.Join(", ", folder.Splits)}); of train/ it makes the networks seem surer than they are, and test/ is then no longer an independent test"));
        return Read(folder.Split(split), checkpoint, cancellation);
    }

    /// <summary>Reads evenly spread training images.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checkpoint">A network, for its labels and image size.</param>
    /// <param name="most">The most images.</param>
    /// <param name="cancellation">Ends the work.</param>
    public FaceDataset SampleTrain(ParseResult parsed, Checkpoint checkpoint, int most, CancellationToken cancellation)
    {
        var files = Open(parsed, checkpoint).Split("train");
        var count = Math.Min(most, files.Count);
        return Read([.. Enumerable.Range(0, count).Select(index => files[(int)((long)index * files.Count / count)])], checkpoint, cancellation);
    }

    /// <summary>Evaluates a network, single crop.</summary>
    public static Predictions Predict(Checkpoint checkpoint, string name, FaceDataset faces, CancellationToken cancellation)
    {
        using var network = checkpoint.BuildNetwork(PrecisionChoice.Resolve(RequestedPrecision.Auto));
        var predictions = new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), torch.CPU).Predict(faces, TestTimeView.SingleCrop, cancellation: cancellation);
        predictions.RequireFinite(name);
        return predictions;
    }

    private ImageFolder Open(ParseResult parsed, Checkpoint checkpoint) =>
        ImageFolder.Open(parsed.GetValue(Data)!, checkpoint.Labels, CommonOptions.LabelRulesIn(parsed, _labelMap, _ignoredLabels));

    private static FaceDataset Read(IReadOnlyList<LabeledImage> files, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var faces = FaceDataset.Load(checkpoint.Labels, files, checkpoint.Preprocessing.Size, out var unreadable, cancellation);
        Warn(unreadable);
        return faces;
    }
}
