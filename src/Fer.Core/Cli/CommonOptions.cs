using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Detection.Detectors;
using Fer.Core.Model;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Core.Cli;

/// <summary>The options that several commands share. Each call creates a new option: a command owns its own.</summary>
public static class CommonOptions
{
    private static readonly OrderedDictionary<string, RequestedPrecision> Precisions = new()
    {
        ["auto"] = RequestedPrecision.Auto,
        ["fp32"] = RequestedPrecision.Float32,
        ["bf16"] = RequestedPrecision.BFloat16,
    };

    private static readonly OrderedDictionary<string, DetectorKind> Detectors = new()
    {
        ["auto"] = DetectorKind.Auto,
        ["haar"] = DetectorKind.Haar,
        ["yunet"] = DetectorKind.YuNet,
    };

    private static readonly OrderedDictionary<string, RequestedDevice> Devices = new()
    {
        ["auto"] = RequestedDevice.Auto,
        ["cpu"] = RequestedDevice.Cpu,
        ["cuda"] = RequestedDevice.Cuda,
    };

    /// <summary>A labeled image folder that the command needs.</summary>
    public static Option<string> Data() => Required("--data", "DIR", "image folder with label folders, as for training");

    /// <summary>The part of the images that a command evaluates on.</summary>
    public static Option<string?> Split() =>
        OneOf("--split", "split to evaluate (default: test, or all images if there are only label folders)", ["train", "validation", "test"]);

    /// <summary>Label folders with the labels that they stand for.</summary>
    public static Option<string?> LabelMap()
    {
        var option = Text("--label-map", "A=B,...", "rename labels: images in folder A get label B");
        option.Validators.Add(result =>
        {
            try
            {
                _ = LabelRules.Parse(result.Tokens is [{ Value: var map }] ? map : null, []);
            }
            catch (FerException failure)
            {
                result.AddError(failure.Message);
            }
        });
        return option;
    }

    /// <summary>Labels to leave out.</summary>
    public static Option<string[]> IgnoredLabels() => Texts("--ignore-label", "NAME", "leave out images with this label; repeat for several");

    /// <summary>What <see cref="LabelMap"/> and <see cref="IgnoredLabels"/> ask for.</summary>
    public static LabelRules LabelRulesIn(ParseResult parsed, Option<string?> map, Option<string[]> ignored) =>
        LabelRules.Parse(parsed.GetValue(map), parsed.GetValue(ignored) ?? []);

    /// <summary>A checkpoint; see <see cref="BundledModel"/>.</summary>
    public static Option<string?> Model() => Text("--model", "FILE|bundled", "checkpoint of fer-train", BundledModel.Name);

    /// <summary>Checkpoints to compare.</summary>
    public static Option<string[]> Models() => Texts("--model", "FILE|bundled", $"checkpoint of fer-train; repeat to compare several (default: {BundledModel.Name})");

    /// <summary>The files that <see cref="Models"/> asks for.</summary>
    /// <exception cref="FerException">This build has no bundled model.</exception>
    public static string[] ModelsIn(ParseResult parsed, Option<string[]> models) =>
        parsed.GetValue(models) is { Length: > 0 } named ? [.. named.Select(BundledModel.Resolve)] : [BundledModel.Resolve(null)];

    /// <summary>Permission to replace files.</summary>
    public static Option<bool> Force() => Switch("--force", "overwrite existing output files");

    /// <summary>The number of threads.</summary>
    public static Option<int?> Threads(string help = "CPU threads, 0 for all", string defaultValue = "0") => Whole("--threads", help, 0, 1024, defaultValue);

    /// <summary>The precision of the network.</summary>
    public static Option<RequestedPrecision?> Precision(
        string description = "precision of convolutions; auto: bf16 where supported natively, otherwise fp32", string defaultValue = "auto") =>
        Choice("--precision", description, Precisions, defaultValue);

    /// <summary>The precision of figures, which must not depend on the processor, nor on whether a GPU is there: by default that of <c>fer-detect</c>.</summary>
    public static Option<RequestedPrecision?> EvaluationPrecision() =>
        Precision("precision of convolutions; fp32: as in fer-detect, the same on every processor; auto: bf16 where supported natively", "fp32");

    /// <summary>The device of the network.</summary>
    public static Option<RequestedDevice?> Device() => Choice("--device", "device; auto: CUDA if available, otherwise the CPU", Devices, "auto");

    /// <summary>The face detector.</summary>
    public static Option<DetectorKind?> Detector() => Choice("--detector", "face detector; auto: YuNet if installed, otherwise the Haar cascade", Detectors, "auto");

    /// <summary>The file of YuNet.</summary>
    public static Option<string?> DetectorModel() => Text("--detector-model", "FILE", "YuNet's ONNX file; only from a trusted source", "the one of fer-detect get-detector");

    /// <summary>Reports a file of YuNet for another detector.</summary>
    public static void CheckDetectorModel(CommandResult result, Option<DetectorKind?> detector, Option<string?> model)
    {
        if (result.GetResult(model) is not null && result.GetResult(detector) is { Tokens: [{ Value: "haar" }] })
        {
            result.AddError($"{model.Name} requires {detector.Name} yunet");
        }
    }

    /// <summary>The size of the smallest face.</summary>
    /// <param name="image">What the fraction is of: "frame" or "image".</param>
    /// <param name="defaultValue">Shown in the help.</param>
    public static Option<string?> MinFace(string image, string defaultValue)
    {
        var option = Text("--min-face", "PIXELS|FRACTION", $"smallest face in pixels, or as a fraction of the {image} height", defaultValue);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && FaceSize.Parse(text) is null)
            {
                result.AddError($"--min-face takes pixels (40) or a fraction of the {image} height (0.1), not '{text}'");
            }
        });
        return option;
    }

    /// <summary>Where a report goes as JSON.</summary>
    public static Option<string?> Json() => Text("--json", "FILE|-", "write the report as JSON; - for stdout");

    /// <summary>The thread count that <see cref="Threads"/> asks for; null for the default.</summary>
    public static int? ThreadsIn(ParseResult parsed, Option<int?> threads) => parsed.GetValue(threads) is > 0 and var count ? count : null;
}
