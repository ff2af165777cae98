using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sinks;
using Fer.Core.Detection.Sources;
using Fer.Core.Model;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;

namespace Fer.Detect;

/// <summary>One run from the source to the window and the output files, with messages on stderr.</summary>
internal static class DetectSession
{
    public static int Run(DetectOptions options, CancellationToken cancellation)
    {
        // Everything that can be checked is checked before anything is written, the input first.
        FrameSources.RequireExistence(options.Inputs);
        var results = new OutputPlan(options);
        results.Check();
        var model = options.Model ?? BundledModel.Find();
        PrepareNative(options.Threads);

        // The network loads while the camera starts.
        var precision = Resolve(options.Precision);
        using var loading = new ModelLoad(() => new EmotionClassifier(CheckpointStore.Load(model), precision));
        using var progress = new ProgressLine();
        var source = Open(options, progress, cancellation);
        // Until the loop owns the source.
        var owned = source;
        try
        {
            using var detector = DetectorChoice.Open(options, source.IsStill, Say);
            using var stillDetector = MayMix(options, source) ? DetectorChoice.Open(options, isStill: true, _ => { }) : null;
            var classifier = loading.Classifier;
            Detail($"model {model} in {precision}, labels {classifier.Labels}");
            var pipeline = new EmotionPipeline(detector, classifier, options.Tracking) { StillDetector = stillDetector };
            var hint = new CropHint();
            DetectionSummary summary;
            using (var sinks = results.Open(source, classifier.Labels, cancellation))
            {
                if (options.Headless && !results.WritesToTerminal)
                {
                    sinks.Add(new ProgressSink((done, file) => progress.ShowTimeLeft(done, file), options.Loop.MaxFrames));
                }

                owned = null;
                sinks.Add(hint);
                summary = new DetectionLoop(source, pipeline, sinks.All, options.Loop).Run(cancellation);
            }

            results.Complete();
            progress.Clear();
            Report(summary);
            if (source.IsStill && options.Detector != DetectorKind.WholeImage && hint.Text is { } text)
            {
                Say(text);
            }

            return ExitCode.Success;
        }
        finally
        {
            owned?.Dispose();
        }
    }

    private static IFrameSource Open(DetectOptions options, ProgressLine progress, CancellationToken cancellation)
    {
        var sourceOptions = new SourceOptions
        {
            Shard = options.Shard,
            Warn = line =>
            {
                progress.Clear();
                Warn(line);
            },
            Note = line =>
            {
                progress.Clear();
                Say(line);
            },
            Detail = Detail,
            Input = Console.In,
            Cancellation = cancellation,
        };
        return options.Camera is { } camera
            ? FrameSources.OpenCamera(camera, sourceOptions)
            : FrameSources.Open(options.Inputs, sourceOptions);
    }

    /// <summary>
    /// By default half of the CPUs for the network and half for OpenCV, so that the stages do not wait for each other:
    /// with all CPUs and other load on the machine, one face took ten times as long; on two cores, with both for the
    /// cascade, the loop ran at 107 to 118 frames/s instead of 144 to 169.
    /// </summary>
    public static void PrepareNative(int? threads)
    {
        var each = threads ?? Math.Max(1, Environment.ProcessorCount / 2);
        NativeTuning.KeepMemorySmall();
        NativeRuntime.PrepareWithoutTorch(threads: each, openCvThreads: each);
    }

    /// <summary>float32 unless bfloat16 is requested: that needs libtorch, which takes half a second and 300 MB to load.</summary>
    public static Precision Resolve(RequestedPrecision requested) =>
        requested == RequestedPrecision.BFloat16 ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Whether images may stand among the videos of the source, which are searched for smaller faces.</summary>
    private static bool MayMix(DetectOptions options, IFrameSource source) =>
        !source.IsStill && !source.IsLive && !(options.Inputs is [var single] && File.Exists(single));

    private static void Report(DetectionSummary summary)
    {
        var rate = summary.Frames > 1 && summary.Elapsed > TimeSpan.Zero ? $", {summary.Frames / summary.Elapsed.TotalSeconds:0.0} frames/s" : "";
        var dropped = summary.Dropped > 0 ? $", {summary.Dropped} dropped to keep up with the camera" : "";
        Say($"{summary.Frames} {(summary.Frames == 1 ? "frame" : "frames")}, {summary.FramesWithFaces} with faces{rate}{dropped}");
    }
}
