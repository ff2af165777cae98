using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core.Cli;
using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Tracking;
using Fer.Core.Model;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary>The bare command: detects faces and their emotions in a camera, video or images.</summary>
internal sealed class DetectCommand
{
    /// <summary>Help of <c>--precision</c>: detection must run without libtorch.</summary>
    public const string PrecisionHelp = "precision of convolutions; auto: fp32; bf16 needs libtorch";

    /// <summary>Help of <c>--threads</c>: a camera needs threads for the stages around the network too.</summary>
    public const string ThreadsHelp = "CPU threads for the network; OpenCV gets as many", ThreadsDefault = "all CPUs for the network, half of them for OpenCV";

    private readonly Option<string?> _camera = Text("--camera", "NUMBER|PATH|NAME", "camera number, path, name in /dev/v4l/by-id, or part of its name");
    private readonly Option<string?> _cameraSize = Text("--camera-size", "WxH", "capture resolution (default: the camera's); MJPG above 640x480");
    private readonly Option<double?> _cameraRate = Real("--camera-fps", "capture frame rate (default: the camera's)", 0.1, 1000);
    private readonly Argument<string[]> _inputs = new("input") { HelpName = "INPUT", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _input = Text("--input", "INPUT", "image, video, folder, quoted glob pattern, HTTP or RTSP URL, or - for a list of files on stdin; --input may be omitted, and several files, folders and patterns may be given");
    private readonly Option<int?> _every = Whole("--every", "process every N-th frame", 1, 1_000_000, "1");
    private readonly Option<int?> _maxFrames = Whole("--max-frames", "stop after N frames", 1, int.MaxValue);
    private readonly Option<string?> _shard = Text("--shard", "I/N", "process part I of N of the input files, to split a job among processes; videos are never split");
    private readonly Option<bool> _mirror = Switch("--mirror", "flip frames horizontally; bounding boxes refer to the flipped frame");
    private readonly Option<string?> _model = Text("--model", "FILE|bundled", "checkpoint of fer-train", "the bundled model");
    private readonly Option<double?> _minConfidence = Real("--min-confidence", "minimum confidence: below it the window shows ? and the label in the output is empty", 0, 1, "0");
    private readonly Option<double?> _smooth = Real("--smooth", "time constant, in seconds, of the exponential smoothing of a track's probabilities; 0 for none", 0, 60, "0.4");
    private readonly DetectorChoices _detectors = new();
    private readonly OutputChoices _outputs = new();
    private readonly Option<RequestedPrecision?> _precision = CommonOptions.Precision(PrecisionHelp);
    private readonly Option<int?> _threads = CommonOptions.Threads(ThreadsHelp, ThreadsDefault);

    /// <summary>The command line of fer-detect.</summary>
    public static RootCommand Create() => new DetectCommand().Build();

    private RootCommand Build()
    {
        var command = Commands.Root(new HelpPage(
            "Detects faces in camera streams, videos and images and classifies their emotions.",
            [
                new OptionGroup("Source", [_camera, _cameraSize, _cameraRate, _input, _every, _maxFrames, _shard, _mirror]),
                new OptionGroup("Model", [_model, _smooth, _minConfidence]),
                _detectors.Group,
                .. _outputs.Groups,
                new OptionGroup("Hardware", [_precision, _threads]),
            ],
            [
                "fer-detect --camera 0 --model fer.pt",
                "fer-detect video.mp4 --headless --json faces.jsonl --output annotated.mp4",
                "fer-detect photo.jpg clips/ 'images/*.jpg' --headless --csv faces.csv --output annotated/",
            ]),
            CamerasCommand.Create(),
            BenchmarkCommand.Create(),
            BenchmarkDetectionCommand.Create(),
            GetDetectorCommand.Create(),
            MergeCommand.Create());
        command.Add(_inputs);
        command.Validators.Add(CheckSource);
        command.Validators.Add(CheckCamera);
        command.Validators.Add(_detectors.Check);
        command.Validators.Add(_outputs.Check);
        command.Validators.Add(CheckResume);
        _cameraSize.Validators.Add(result => Expect(result, text => CameraOptions.ParseSize(text) is not null, "--camera-size takes width and height, such as 1280x720"));
        _shard.Validators.Add(result => Expect(result, text => Shard.Parse(text) is not null, "--shard takes a part and the number of parts, such as 1/4"));
        command.SetAction((parsed, cancellation) => Task.FromResult(DetectSession.Run(Read(parsed), cancellation)));
        return command;
    }

    private void CheckSource(CommandResult result)
    {
        var words = result.GetResult(_inputs)?.Tokens.Select(token => token.Value).ToList() ?? [];
        if (words.Find(word => !Path.Exists(word) && (IsOption(word) || UsageErrors.Closest(word, result.Command) is not null)) is { } misspelled)
        {
            result.AddError($"Unrecognized command or argument '{misspelled}'.");
            return;
        }

        if (words.Any(string.IsNullOrWhiteSpace))
        {
            result.AddError("an input is empty");
        }

        var sources = (result.GetResult(_camera) is null ? 0 : 1) + (result.GetResult(_input) is null && words.Count == 0 ? 0 : 1);
        if (sources != 1 && !result.Children.OfType<CommandResult>().Any())
        {
            result.AddError(sources == 0
                ? "a source is missing: --camera 0, or a file, folder, glob pattern, URL or -"
                : "--camera and other inputs cannot be combined");
        }
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private void CheckCamera(CommandResult result)
    {
        foreach (var option in new Option[] { _cameraSize, _cameraRate }.Where(option => result.GetResult(option) is not null && result.GetResult(_camera) is null))
        {
            result.AddError($"{option.Name} requires --camera");
        }
    }

    private void CheckResume(CommandResult result)
    {
        foreach (var option in new Option[] { _camera, _maxFrames }.Where(option => _outputs.IsResumed(result) && result.GetResult(option) is not null))
        {
            result.AddError($"--resume and {option.Name} cannot be combined");
        }
    }

    private static void Expect(OptionResult result, Func<string, bool> isValid, string rule)
    {
        if (result.Tokens.Count == 1 && !isValid(result.Tokens[0].Value))
        {
            result.AddError($"{rule}, not '{result.Tokens[0].Value}'");
        }
    }

    private DetectOptions Read(ParseResult parsed)
    {
        var tracking = new TrackingOptions();
        return _outputs.Apply(new DetectOptions
        {
            Camera = parsed.GetValue(_camera) is { } camera
                ? new CameraOptions(camera)
                {
                    Size = parsed.GetValue(_cameraSize) is { } cameraSize ? CameraOptions.ParseSize(cameraSize) : null,
                    FramesPerSecond = parsed.GetValue(_cameraRate),
                }
                : null,
            Inputs = [.. new[] { parsed.GetValue(_input) }.Concat(parsed.GetValue(_inputs) ?? []).OfType<string>().Select(input => FrameSources.PathOf(input) ?? input)],
            Model = parsed.GetValue(_model),
            Precision = parsed.GetValue(_precision) ?? RequestedPrecision.Auto,
            Threads = CommonOptions.ThreadsIn(parsed, _threads),
            Shard = parsed.GetValue(_shard) is { } part ? Shard.Parse(part)!.Value : Shard.Whole,
            Detector = _detectors.Read(parsed),
            Tracking = tracking with
            {
                Smoothing = parsed.GetValue(_smooth) is { } seconds ? TimeSpan.FromSeconds(seconds) : tracking.Smoothing,
                MinConfidence = parsed.GetValue(_minConfidence) ?? tracking.MinConfidence,
            },
            Loop = new LoopOptions
            {
                Every = parsed.GetValue(_every) ?? 1,
                MaxFrames = parsed.GetValue(_maxFrames),
                Mirror = parsed.GetValue(_mirror),
            },
        }, parsed);
    }
}
