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
        var resume = results.ReadInterrupted();
        var model = BundledModel.Resolve(options.Model);
        PrepareNative(options.Threads);

        // The network loads while the camera starts.
        var precision = Resolve(options.Precision);
        using var loading = new ModelLoad(() => new EmotionClassifier(CheckpointStore.Load(model), precision));
        using var progress = new ProgressLine();
        var source = Open(options, resume, progress, cancellation);
        // Until the loop owns the source.
        var owned = source;
        try
        {
            results.CheckWindow();
            using var detector = FaceDetectors.Open(options.Detector, source.IsStill, Say, Detail);
            using var stillDetector = MayMix(options, source) ? FaceDetectors.Open(options.Detector, isStill: true, _ => { }, _ => { }) : null;
            var classifier = loading.Classifier;
            NativeRuntime.ModelsAreLoaded();
            Detail($"model {model} in {precision}, labels {classifier.Labels}");
            var pipeline = new EmotionPipeline(detector, classifier, options.Tracking) { StillDetector = stillDetector };
            var hint = new CropHint();
            var outcome = new RunOutcome(options, model, precision, detector, classifier);
            DetectionSummary summary;
            try
            {
                using var sinks = results.Open(source, classifier.Labels, Above(progress, Warn), cancellation);
                if (options.Headless && !results.WritesToTerminal)
                {
                    sinks.Add(new ProgressSink((done, file) => progress.ShowTimeLeft(done, file), options.Loop.MaxFrames));
                }

                owned = null;
                sinks.Add(hint);
                sinks.Add(outcome.Sink);
                if (options.MaxFailures is { } most)
                {
                    sinks.Add(new FailureLimit(most, options.Strict));
                }

                summary = new DetectionLoop(source, pipeline, sinks.All, options.Loop).Run(cancellation);
            }
            catch (Exception failure) when (failure is OperationCanceledException or FerException || FileFailure.Is(failure))
            {
                // A recording ends with an interruption, and has a summary too; so have the results before a full disk.
                progress.Clear();
                SayOutcome();
                throw;
            }

            results.Complete();
            progress.Clear();
            SayOutcome();
            Report(summary);
            if (source.IsStill && options.Detector.Kind != DetectorKind.WholeImage && hint.Text is { } text)
            {
                Say(text);
            }

            return ExitCode.Success;

            void SayOutcome()
            {
                if (resume is null)
                {
                    // The summary of a resumed run would lack what the interrupted one has seen.
                    outcome.Say();
                }
            }
        }
        finally
        {
            owned?.Dispose();
        }
    }

    private static IFrameSource Open(DetectOptions options, ResumePoint? resume, ProgressLine progress, CancellationToken cancellation)
    {
        var sourceOptions = new SourceOptions
        {
            Shard = options.Shard,
            Resume = resume,
            MaxFailures = options.MaxFailures,
            Warn = Above(progress, Warn),
            Note = Above(progress, Say),
            Detail = Detail,
            Input = Console.OpenStandardInput(),
            Cancellation = cancellation,
        };
        return options.Camera is { } camera
            ? FrameSources.OpenCamera(camera, sourceOptions)
            : FrameSources.Open(options.Inputs, sourceOptions);
    }

    /// <summary>Writes lines without mixing them with the progress.</summary>
    private static Action<string> Above(ProgressLine progress, Action<string> write) => line =>
    {
        progress.Clear();
        write(line);
    };

    /// <summary>
    /// By default all CPUs for the network, which uses half of them for a single face, and half for OpenCV, so that the
    /// stages do not wait for each other: on two cores, with both for the cascade, the loop ran at 107 to 118 frames/s
    /// instead of 144 to 169.
    /// </summary>
    public static void PrepareNative(int? threads) => NativeRuntime.PrepareForDetection(threads, threads ?? Math.Max(1, Environment.ProcessorCount / 2));

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
        var failed = summary.Failed > 0 ? $", {summary.Failed} {(summary.Failed == 1 ? "file" : "files")} could not be read" : "";
        Say($"{summary.Frames} {(summary.Frames == 1 ? "frame" : "frames")}, {summary.FramesWithFaces} with faces{rate}{dropped}{failed}");
    }
}
