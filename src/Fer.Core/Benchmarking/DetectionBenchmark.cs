using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Data.Samples;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Overlay;
using Fer.Core.Detection.Tracking;
using Fer.Core.Model;
using Fer.Core.Native;
using OpenCvSharp;

namespace Fer.Core.Benchmarking;

/// <summary>Measures the detection loop on videos in memory, and the tutorial's loop on the same videos as a baseline.</summary>
/// <param name="checkpoint">The network to run.</param>
/// <param name="precision">Its precision; the baseline computes in float32.</param>
/// <param name="openDetector">Opens the face detector; the baseline has its own.</param>
/// <param name="duration">Duration of each of the three measurements of a scene.</param>
public sealed class DetectionBenchmark(Checkpoint checkpoint, Precision precision, Func<IFaceDetector> openDetector, TimeSpan duration)
{
    /// <summary>Frames per second of the live source: a fast webcam.</summary>
    public const double CameraRate = 60;

    // At most this much of a video file is held in memory: two seconds at 60 frames per second.
    private const int MaxImages = 120;
    private const long MaxBytes = 500_000_000;

    // The first frames of a run need a full search and a network without warmup; their latency does not count.
    private const int Warmup = 30;
    private const long EarlyFrames = 1000;

    /// <summary>Ends the work.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Measures a demo video of this size and number of faces.</summary>
    public SceneSpeed MeasureDemo(int width, int height, int people)
    {
        var video = MostDetectable(new DemoVideo { Width = width, Height = height, People = people, FramesPerSecond = 60, Seconds = 2 });
        List<Mat> images = [.. video.Frames().Select(frame => frame.Image.Clone())];
        return Measure($"{width}x{height}, {people} {(people == 1 ? "face" : "faces")}", images, people);
    }

    /// <summary>Measures the beginning of a video file.</summary>
    /// <exception cref="FerException">It cannot be read.</exception>
    public SceneSpeed MeasureFile(string path)
    {
        var images = new List<Mat>();
        var started = Stopwatch.GetTimestamp();
        using (var capture = new VideoCapture(Path.GetFullPath(path)))
        {
            using var image = new Mat();
            var bytes = 0L;
            while (images.Count < MaxImages && bytes < MaxBytes && capture.Read(image) && !image.Empty())
            {
                images.Add(image.Clone());
                bytes += image.Total() * image.ElemSize();
            }
        }

        var decoding = Stopwatch.GetElapsedTime(started).TotalSeconds / Math.Max(1, images.Count);
        return images.Count > 0
            ? Measure(Path.GetFileName(path), images, 0, decoding)
            : throw new FerException($"{path} is not a video that can be read");
    }

    /// <summary>Measures memory use over many frames with one face.</summary>
    public SoakReport Soak(long frames)
    {
        NativeTuning.ReturnFreedMemory();
        var video = new DemoVideo { FramesPerSecond = 60, Seconds = 2 };
        List<Mat> images = [.. video.Frames().Select(frame => frame.Image.Clone())];
        var early = 0L;
        using var sink = new MeasuringSink(checkpoint.Labels)
        {
            OnFrame = count => early = count == EarlyFrames ? ProcessMemory.Now() : early,
        };
        Run(images, isLive: false, frames, TimeSpan.MaxValue, sink);
        images.ForEach(image => image.Dispose());
        return new SoakReport(sink.Count, early, ProcessMemory.Now());
    }

    /// <summary>Of several random crowds, the one in which the detector finds the most faces: in others the cascade never finds as many as requested.</summary>
    private DemoVideo MostDetectable(DemoVideo video)
    {
        const int crowds = 24;
        using var detector = openDetector();
        var faces = new List<DetectedFace>();
        var seed = Enumerable.Range(1, crowds).MaxBy(seed => (video with { Seed = (ulong)seed, FramesPerSecond = 2 }).Frames().Sum(Count));
        return video with { Seed = (ulong)seed };

        int Count(DemoFrame frame)
        {
            Cancellation.ThrowIfCancellationRequested();
            detector.Detect(frame.Image, faces);
            return faces.Count;
        }
    }

    private SceneSpeed Measure(string name, List<Mat> images, int people, double decoding = 0)
    {
        using var file = new MeasuringSink(checkpoint.Labels);
        var (summary, times, copying) = Run(images, isLive: false, long.MaxValue, duration, file);
        using var live = new MeasuringSink(checkpoint.Labels);
        var (liveSummary, _, _) = Run(images, isLive: true, long.MaxValue, duration, live);
        var tutorialRate = TorchLibrary.IsPresent ? MeasureTutorial(images) : (double?)null;
        var size = images[0].Size();
        images.ForEach(image => image.Dispose());
        NativeTuning.ReturnFreedMemory();
        var liveFrames = (double)liveSummary.Frames + liveSummary.Dropped;
        return new SceneSpeed(
            name,
            size.Width,
            size.Height,
            people,
            file.MeanFaces,
            summary.Frames / summary.Elapsed.TotalSeconds,
            liveSummary.Frames / liveSummary.Elapsed.TotalSeconds,
            liveSummary.Dropped / liveFrames,
            Latency.Of(live.Milliseconds.Skip(Math.Min(Warmup, live.Milliseconds.Count / 2))),
            1000 * (decoding + copying / summary.Frames),
            1000 * times.Detect / summary.Frames,
            1000 * times.Classify / summary.Frames,
            file.MeanDrawTime,
            tutorialRate);
    }

    private double MeasureTutorial(List<Mat> images)
    {
        using var tutorial = new TutorialLoop(checkpoint);
        return tutorial.Measure(images, duration, Cancellation);
    }

    private (DetectionSummary Summary, PipelineTimes Times, double Copying) Run(
        List<Mat> images,
        bool isLive,
        long frames,
        TimeSpan limit,
        MeasuringSink sink)
    {
        using var detector = openDetector();
        using var classifier = new EmotionClassifier(checkpoint, precision);
        var pipeline = new EmotionPipeline(detector, classifier, new TrackingOptions());
        var source = new RepeatedSource(images, CameraRate, isLive, frames);
        sink.Limit = limit;
        var summary = new DetectionLoop(source, pipeline, [sink], new LoopOptions()).Run(Cancellation);
        Cancellation.ThrowIfCancellationRequested();
        return (summary, pipeline.Times, source.CopyTime);
    }

    /// <summary>Draws each frame as the window would, and measures its latency.</summary>
    private sealed class MeasuringSink(LabelSet labels) : IFrameSink
    {
        private readonly FaceOverlay _overlay = new(labels);
        private readonly Canvas _canvas = new();
        private readonly List<double> _milliseconds = [];
        private long _started;
        private long _faces;
        private double _drawing;

        public TimeSpan Limit { get; set; } = TimeSpan.MaxValue;

        public Action<long>? OnFrame { get; init; }

        public long Count { get; private set; }

        public IReadOnlyList<double> Milliseconds => _milliseconds;

        public double MeanFaces => (double)_faces / Math.Max(1, Count);

        public double MeanDrawTime => 1000 * _drawing / Math.Max(1, Count);

        public bool Write(Frame frame)
        {
            var before = Stopwatch.GetTimestamp();
            _started = Count == 0 ? before : _started;
            _overlay.Draw(frame, _canvas);
            _drawing += Stopwatch.GetElapsedTime(before).TotalSeconds;
            _faces += frame.Faces.Count;
            Count++;
            if (Limit < TimeSpan.MaxValue)
            {
                _milliseconds.Add(Stopwatch.GetElapsedTime(frame.ArrivedAt).TotalMilliseconds);
            }

            OnFrame?.Invoke(Count);
            return Stopwatch.GetElapsedTime(_started) < Limit;
        }

        public void Dispose() => _canvas.Dispose();
    }
}
