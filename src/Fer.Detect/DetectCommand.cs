using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Tracking;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary>The bare command: reads emotions from a camera or from files.</summary>
internal static class DetectCommand
{
    private static readonly Option<int?> Camera = Whole("--camera", "the camera of this number, as in /dev/video0", 0, 1023);
    private static readonly Option<string?> Input = Text("--input", "FILE|DIR|GLOB|URL|-", "image, video, folder of images, quoted pattern, HTTP or RTSP address, or - for a list of images on stdin");
    private static readonly Option<string?> Model = Text("--model", "FILE", "trained network, as fer-train writes it (the one that ships, if one does)");
    private static readonly Option<bool> Headless = Switch("--headless", "open no window; without another output, JSON goes to stdout");
    private static readonly Option<string?> Output = Text("--output", "FILE|DIR", "annotated video, image or folder of images");
    private static readonly Option<string?> Json = Text("--json", "FILE|-", "JSON Lines: a line a frame with every face and all probabilities");
    private static readonly Option<string?> Csv = Text("--csv", "FILE|-", "a row a face; a frame without one has a row without one");
    private static readonly Option<bool> Bars = Switch("--bars", "draw the probabilities of the largest face");
    private static readonly Option<string?> Cascade = Text("--cascade", "FILE", "Haar cascade (the frontal face of the package opencv-data)");
    private static readonly Option<string?> Detector = OneOf("--detector", "what finds faces", "haar", "yunet");
    private static readonly Option<string?> DetectorModel = Text("--detector-model", "FILE", "YuNet's ONNX file, for --detector yunet");
    private static readonly Option<double?> ScaleFactor = Real("--scale-factor", "step between the sizes of faces that are looked for (1.3)", 1.01, 4);
    private static readonly Option<int?> MinNeighbors = Whole("--min-neighbors", "hits that must agree on a face (5)", 0, 1000);
    private static readonly Option<string?> MinFace = Text("--min-face", "PIXELS|FRACTION", "smallest face: 40, or 0.1 of the image's height (0.1; 0.05 of single images)");
    private static readonly Option<double?> Smooth = Real("--smooth", "seconds over which probabilities are smoothed; 0 switches it off (0.4)", 0, 60);
    private static readonly Option<bool> Mirror = Switch("--mirror", "flip left to right; boxes refer to the flipped image");
    private static readonly Option<int?> MaxFrames = Whole("--max-frames", "end after so many images", 1, int.MaxValue);
    private static readonly Option<int?> Every = Whole("--every", "look at one image in N (1)", 1, 1_000_000);
    private static readonly Option<int?> Threads = Whole("--threads", "processor threads for the network and for OpenCV, each (half of all)", 1, 1024);
    private static readonly Option<string?> PrecisionName = OneOf("--precision", "number format of convolutions", "auto", "fp32", "bf16");
    private static readonly Option<string?> Part = Text("--shard", "I/N", "the I-th of N parts of the input, to share it between processes");

    public static RootCommand Create()
    {
        var command = new RootCommand("Finds faces in a camera's or a file's images and reads their emotions.")
        {
            Camera, Input, Model, Headless, Output, Json, Csv, Bars, Detector, DetectorModel, Cascade, ScaleFactor, MinNeighbors, MinFace, Smooth, Mirror,
            MaxFrames, Every, Threads, PrecisionName, Part, BenchmarkCommand.Create(),
        };
        command.Validators.Add(CheckSource);
        command.Validators.Add(CheckDetector);
        MinFace.Validators.Add(result => Expect(result, text => FaceSize.Parse(text) is not null, "--min-face takes pixels (40) or a fraction of the image's height (0.1)"));
        Part.Validators.Add(result => Expect(result, text => Shard.Parse(text) is not null, "--shard takes a part and their number, such as 1/4"));
        command.SetAction((parsed, cancellation) => Task.FromResult(DetectSession.Run(Read(parsed), cancellation)));
        return command;
    }

    private static void CheckSource(CommandResult result)
    {
        var sources = (result.GetResult(Camera) is null ? 0 : 1) + (result.GetResult(Input) is null ? 0 : 1);
        if (sources != 1 && !result.Children.OfType<CommandResult>().Any())
        {
            result.AddError(sources == 0
                ? "say where images come from: --camera 0, or --input with a file, folder, pattern, address or -"
                : "--camera and --input exclude each other");
        }
    }

    private static void CheckDetector(CommandResult result)
    {
        var isYuNet = result.GetResult(Detector) is { Tokens: [{ Value: "yunet" }] };
        if (isYuNet != result.GetResult(DetectorModel) is not null)
        {
            result.AddError(isYuNet ? "--detector yunet needs its network: --detector-model FILE.onnx" : "--detector-model is for --detector yunet");
        }

        foreach (var option in new Option[] { Cascade, ScaleFactor, MinNeighbors }.Where(option => isYuNet && result.GetResult(option) is not null))
        {
            result.AddError($"{option.Name} is for the Haar cascade, not for --detector yunet");
        }
    }

    private static void Expect(OptionResult result, Func<string, bool> isValid, string rule)
    {
        if (result.Tokens.Count == 1 && !isValid(result.Tokens[0].Value))
        {
            result.AddError($"{rule}, not '{result.Tokens[0].Value}'");
        }
    }

    private static DetectOptions Read(ParseResult parsed)
    {
        var haar = new HaarOptions();
        var tracking = new TrackingOptions();
        return new DetectOptions
        {
            Camera = parsed.GetValue(Camera),
            Input = parsed.GetValue(Input) is { } input ? FrameSources.PathOf(input) ?? input : null,
            Model = parsed.GetValue(Model),
            Headless = parsed.GetValue(Headless),
            Output = parsed.GetValue(Output),
            Json = parsed.GetValue(Json),
            Csv = parsed.GetValue(Csv),
            Bars = parsed.GetValue(Bars),
            Precision = parsed.GetValue(PrecisionName) ?? "auto",
            Threads = parsed.GetValue(Threads),
            Shard = parsed.GetValue(Part) is { } part ? Shard.Parse(part)!.Value : Shard.Whole,
            DetectorModel = parsed.GetValue(DetectorModel),
            MinFace = parsed.GetValue(MinFace) is { } size ? FaceSize.Parse(size) : null,
            Haar = haar with
            {
                Cascade = parsed.GetValue(Cascade),
                ScaleFactor = parsed.GetValue(ScaleFactor) ?? haar.ScaleFactor,
                MinNeighbors = parsed.GetValue(MinNeighbors) ?? haar.MinNeighbors,
            },
            Tracking = tracking with
            {
                Smoothing = parsed.GetValue(Smooth) is { } seconds ? TimeSpan.FromSeconds(seconds) : tracking.Smoothing,
            },
            Loop = new LoopOptions
            {
                Every = parsed.GetValue(Every) ?? 1,
                MaxFrames = parsed.GetValue(MaxFrames),
                Mirror = parsed.GetValue(Mirror),
            },
        };
    }
}
