using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core.Cli;
using Fer.Core.Detection.Detectors;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary>The options of the face detection.</summary>
internal sealed class DetectorChoices
{
    private const string Whole = "whole";

    private readonly Option<string?> _faces = OneOf("--faces", "detect faces, or treat each whole image as one face", ["detect", Whole], "detect");
    private readonly Option<DetectorKind?> _detector = CommonOptions.Detector();
    private readonly Option<string?> _detectorModel = CommonOptions.DetectorModel();
    private readonly Option<string?> _cascade = Text("--cascade", "FILE", "Haar cascade XML file; only from a trusted source", "frontal face, from the package opencv-data");
    private readonly Option<double?> _scaleFactor = Real("--scale-factor", "scaleFactor: step between the image scales of the cascade", 1.01, 4, "1.2; stills 1.1");
    private readonly Option<int?> _minNeighbors = OptionRules.Whole("--min-neighbors", "minNeighbors: overlapping detections required to accept a face", 0, 1000, "2; stills 4");
    private readonly Option<string?> _minFace = CommonOptions.MinFace("frame", "Haar 0.1, YuNet 0.05; in images Haar 0.05, YuNet 0.017");

    /// <summary>The group of the help.</summary>
    public OptionGroup Group => new("Face detection", [_faces, _detector, _detectorModel, _cascade, _scaleFactor, _minNeighbors, _minFace]);

    private Option[] OfHaar => [_cascade, _scaleFactor, _minNeighbors];

    /// <summary>Reports options that do not fit together.</summary>
    public void Check(CommandResult result)
    {
        CommonOptions.CheckDetectorModel(result, _detector, _detectorModel);
        var isWhole = result.GetResult(_faces) is { Tokens: [{ Value: Whole }] };
        foreach (var option in Group.Options.Where(option => isWhole && option != _faces && Has(option)))
        {
            result.AddError($"{option.Name} cannot be combined with --faces whole");
        }

        var isYuNet = result.GetResult(_detector) is { Tokens: [{ Value: "yunet" }] } || Has(_detectorModel);
        foreach (var option in OfHaar.Where(option => isYuNet && Has(option)))
        {
            result.AddError($"{option.Name} applies to the Haar cascade only");
        }

        bool Has(Option option) => result.GetResult(option) is not null;
    }

    /// <summary>What a command line asks for.</summary>
    public DetectorRequest Read(ParseResult parsed) => new(Kind(parsed))
    {
        YuNet = parsed.GetValue(_detectorModel),
        Cascade = parsed.GetValue(_cascade),
        ScaleFactor = parsed.GetValue(_scaleFactor),
        MinNeighbors = parsed.GetValue(_minNeighbors),
        MinFace = parsed.GetValue(_minFace) is { } size ? FaceSize.Parse(size) : null,
    };

    /// <summary>An option of the cascade means the cascade.</summary>
    private DetectorKind Kind(ParseResult parsed)
    {
        if (parsed.GetValue(_faces) == Whole)
        {
            return DetectorKind.WholeImage;
        }

        if (parsed.GetValue(_detector) is { } kind and not DetectorKind.Auto)
        {
            return kind;
        }

        return OfHaar.Any(option => parsed.GetResult(option) is not null) ? DetectorKind.Haar : DetectorKind.Auto;
    }
}
