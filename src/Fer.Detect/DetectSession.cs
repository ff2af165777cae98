using Fer.Core;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sources;
using Fer.Core.Model;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;

namespace Fer.Detect;

/// <summary>One run from the source to the window and the files, told on stderr.</summary>
internal static class DetectSession
{
    public static int Run(DetectOptions options, CancellationToken cancellation)
    {
        // Whatever can fail does so before anything is written.
        var results = new OutputPlan(options);
        results.Check();
        var model = options.Model ?? DefaultModel();
        PrepareNative(options.Threads);

        // The network loads while the camera starts.
        var loading = Task.Run(() => new EmotionClassifier(CheckpointStore.Load(model), PrecisionOf(options.Precision)), CancellationToken.None);
        var sourceOptions = new SourceOptions { Shard = options.Shard, Warn = Warn, Input = Console.In, Cancellation = cancellation };
        var source = options.Camera is { } camera ? FrameSources.OpenCamera(camera, sourceOptions) : FrameSources.Open(options.Input!, sourceOptions);
        // Until the loop takes the source over.
        var owned = source;
        try
        {
            var minFace = options.MinFace ?? (source.IsStill ? HaarOptions.MinFaceOfImages : options.Haar.MinFace);
            using IFaceDetector detector = options.DetectorModel is { } network
                ? new YuNetFaceDetector(network, minFace)
                : new HaarFaceDetector(options.Haar with { MinFace = minFace });
            using var classifier = loading.GetAwaiter().GetResult();
            var pipeline = new EmotionPipeline(detector, classifier, options.Tracking);
            DetectionSummary summary;
            using (var sinks = results.Open(source, classifier.Labels, cancellation))
            {
                owned = null;
                summary = new DetectionLoop(source, pipeline, sinks.All, options.Loop).Run(cancellation);
            }

            results.Complete();
            Report(summary);
            return ExitCode.Success;
        }
        finally
        {
            owned?.Dispose();
        }
    }

    /// <summary>
    /// Half of the processor for the network and half for OpenCV if nothing is said, so that the stages do not wait for
    /// each other: with all of it and other work beside it, one face took ten times as long, and with all of two cores
    /// for the cascade beside the network the loop ran at 107 to 118 frames a second where it runs at 144 to 169.
    /// </summary>
    public static void PrepareNative(int? threads)
    {
        var each = threads ?? Math.Max(1, Environment.ProcessorCount / 2);
        NativeTuning.KeepMemorySmall();
        NativeRuntime.PrepareWithoutTorch(threads: each, openCvThreads: each);
    }

    /// <summary>Float32 unless bfloat16 is asked for: that needs libtorch, which takes half a second and 300 MB to load.</summary>
    public static Precision PrecisionOf(string name) => PrecisionChoice.Resolve(name == "auto" ? "fp32" : name);

    /// <summary>The network that ships beside the program.</summary>
    public static string DefaultModel()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "models", "fer.pt");
        return File.Exists(path)
            ? path
            : throw new FerException("no network ships with this build; name one with --model fer.pt, or train one with: fer-train --data DIR");
    }

    private static void Report(DetectionSummary summary)
    {
        var rate = summary.Frames > 1 && summary.Elapsed > TimeSpan.Zero ? $", {summary.Frames / summary.Elapsed.TotalSeconds:0.0} a second" : "";
        var dropped = summary.Dropped > 0 ? $", {summary.Dropped} passed over to keep up with the camera" : "";
        Say($"{summary.Frames} {(summary.Frames == 1 ? "image" : "images")}, {summary.FramesWithFaces} with faces{rate}{dropped}");
    }
}
