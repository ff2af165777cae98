using Fer.Core;
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
        var precision = PrecisionChoice.Resolve(options.Precision);
        using var loading = new ModelLoad(() => new EmotionClassifier(CheckpointStore.Load(model), precision));
        using var progress = new ProgressLine();
        var source = Open(options, progress, cancellation);
        // Until the loop owns the source.
        var owned = source;
        try
        {
            using var detector = CreateDetector(options, options.MinFace ?? options.Haar.MinFace);
            using var stillDetector = CreateDetector(options, options.MinFace ?? HaarOptions.StillImageMinFace);
            var classifier = loading.Classifier;
            Detail($"model {model} in {precision}, labels {classifier.Labels}; detector {(options.DetectorModel is null ? "haar" : "yunet")}");
            var pipeline = new EmotionPipeline(detector, classifier, options.Tracking) { StillDetector = stillDetector };
            DetectionSummary summary;
            using (var sinks = results.Open(source, classifier.Labels, cancellation))
            {
                if (options.Headless && !results.WritesToTerminal)
                {
                    sinks.Add(new ProgressSink((done, file) => progress.ShowTimeLeft(done, file), options.Loop.MaxFrames));
                }

                owned = null;
                summary = new DetectionLoop(source, pipeline, sinks.All, options.Loop).Run(cancellation);
            }

            results.Complete();
            progress.Clear();
            Report(summary);
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
            Detail = Detail,
            Input = Console.In,
            Cancellation = cancellation,
        };
        return options.Camera is { } camera
            ? FrameSources.OpenCamera(camera, sourceOptions)
            : FrameSources.Open(options.Inputs, sourceOptions);
    }

    private static IFaceDetector CreateDetector(DetectOptions options, FaceSize minFace) => options.DetectorModel is { } network
        ? new YuNetFaceDetector(network, minFace)
        : new HaarFaceDetector(options.Haar with { MinFace = minFace });

    /// <summary>
    /// By default half of the CPUs for the network and half for OpenCV, so that the stages do not wait for each other:
    /// with all CPUs and other load on the machine, one face took ten times as long; on two cores, with both for the
    /// cascade, the loop ran at 107 to 118 frames/s instead of 144 to 169.
    /// </summary>
    public static void PrepareNative(int? threads)
    {
        var each = threads ?? Math.Max(1, Environment.ProcessorCount / 2);
        NativeRuntime.Prepare(torchThreads: each, openCvThreads: each);
    }

    private static void Report(DetectionSummary summary)
    {
        var rate = summary.Frames > 1 && summary.Elapsed > TimeSpan.Zero ? $", {summary.Frames / summary.Elapsed.TotalSeconds:0.0} frames/s" : "";
        var dropped = summary.Dropped > 0 ? $", {summary.Dropped} dropped to keep up with the camera" : "";
        Say($"{summary.Frames} {(summary.Frames == 1 ? "frame" : "frames")}, {summary.FramesWithFaces} with faces{rate}{dropped}");
    }
}
