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

/// <summary>Measures the detection loop on videos in memory, beside the tutorial's loop on the same ones.</summary>
/// <param name="checkpoint">The network.</param>
/// <param name="precision">Its number format; the tutorial's loop computes in float32.</param>
/// <param name="duration">Length of each of a scene's three measurements.</param>
public sealed class DetectionBenchmark(Checkpoint checkpoint, Precision precision, TimeSpan duration)
{
    /// <summary>Images a second of the live source: a fast webcam.</summary>
    public const double CameraRate = 60;

    // Images in memory: two seconds of the demo video, and no more than this of a file, there and back.
    private const int MostImages = 120;
    private const long MostBytes = 500_000_000;

    // The first images of a run are found by a full search and read by a cold network.
    private const int Warmup = 30;
    private const long EarlyFrames = 1000;

    /// <summary>A demo video of a size and with so many faces.</summary>
    public SceneSpeed MeasureDemo(int width, int height, int people)
    {
        var video = Findable(new DemoVideo { Width = width, Height = height, People = people, FramesPerSecond = 60, Seconds = 2 });
        List<Mat> images = [.. video.Frames().Select(frame => frame.Image.Clone())];
        return Measure($"{width}x{height}, {people} {(people == 1 ? "face" : "faces")}", images, people);
    }

    /// <summary>The beginning of a video file.</summary>
    /// <exception cref="FerException">It cannot be read.</exception>
    public SceneSpeed MeasureFile(string path)
    {
        var images = new List<Mat>();
        var started = Stopwatch.GetTimestamp();
        using (var capture = new VideoCapture(Path.GetFullPath(path)))
        {
            using var image = new Mat();
            for (var bytes = 0L; images.Count < MostImages && bytes < MostBytes && capture.Read(image) && !image.Empty(); bytes += image.Total() * image.ElemSize())
            {
                images.Add(image.Clone());
            }
        }

        var decoding = Stopwatch.GetElapsedTime(started).TotalSeconds / Math.Max(1, images.Count);
        return images.Count > 0
            ? Measure(Path.GetFileName(path), images, 0, decoding)
            : throw new FerException($"{path} is no video that can be read");
    }

    /// <summary>Watches the memory over many images of one face.</summary>
    public SoakReport Soak(long frames)
    {
        NativeTuning.ReturnFreedMemory();
        var video = new DemoVideo { FramesPerSecond = 60, Seconds = 2 };
        List<Mat> images = [.. video.Frames().Select(frame => frame.Image.Clone())];
        var early = 0L;
        using var sink = new Observer(checkpoint.Labels) { Seen = count => early = count == EarlyFrames ? ProcessMemory.Now() : early };
        Run(images, isLive: false, frames, TimeSpan.MaxValue, sink);
        images.ForEach(image => image.Dispose());
        return new SoakReport(sink.Count, early, ProcessMemory.Now());
    }

    /// <summary>The one of some crowds of which the cascade finds most: of others it would never see as many faces as are asked for.</summary>
    private static DemoVideo Findable(DemoVideo video)
    {
        const int crowds = 24;
        using var detector = new HaarFaceDetector(new HaarOptions());
        var faces = new List<Rect>();
        var seed = Enumerable.Range(1, crowds).MaxBy(seed => (video with { Seed = (ulong)seed, FramesPerSecond = 2 }).Frames().Sum(Count));
        return video with { Seed = (ulong)seed };

        int Count(DemoFrame frame)
        {
            detector.Detect(frame.Image, faces);
            return faces.Count;
        }
    }

    private SceneSpeed Measure(string name, List<Mat> images, int people, double decoding = 0)
    {
        using var free = new Observer(checkpoint.Labels);
        var (summary, times, copying) = Run(images, isLive: false, long.MaxValue, duration, free);
        using var live = new Observer(checkpoint.Labels);
        var (liveSummary, _, _) = Run(images, isLive: true, long.MaxValue, duration, live);
        var tutorialRate = TorchLibrary.IsPresent ? MeasureTutorial(images) : (double?)null;
        var size = images[0].Size();
        images.ForEach(image => image.Dispose());
        NativeTuning.ReturnFreedMemory();
        var all = (double)liveSummary.Frames + liveSummary.Dropped;
        return new SceneSpeed(
            name,
            size.Width,
            size.Height,
            people,
            free.MeanFaces,
            summary.Frames / summary.Elapsed.TotalSeconds,
            liveSummary.Frames / liveSummary.Elapsed.TotalSeconds,
            liveSummary.Dropped / all,
            Latency.Of(live.Milliseconds.Skip(Math.Min(Warmup, live.Milliseconds.Count / 2))),
            1000 * (decoding + copying / summary.Frames),
            1000 * times.Detect / summary.Frames,
            1000 * times.Classify / summary.Frames,
            free.MeanDrawTime,
            tutorialRate);
    }

    private double MeasureTutorial(List<Mat> images)
    {
        using var tutorial = new TutorialLoop(checkpoint);
        return tutorial.Measure(images, duration);
    }

    private (DetectionSummary Summary, PipelineTimes Times, double Copying) Run(List<Mat> images, bool isLive, long frames, TimeSpan most, Observer sink)
    {
        using var detector = new HaarFaceDetector(new HaarOptions());
        using var classifier = new EmotionClassifier(checkpoint, precision);
        var pipeline = new EmotionPipeline(detector, classifier, new TrackingOptions());
        var source = new RepeatedSource(images, CameraRate, isLive, frames);
        sink.Until = most;
        var summary = new DetectionLoop(source, pipeline, [sink], new LoopOptions()).Run(CancellationToken.None);
        return (summary, pipeline.Times, source.CopyTime);
    }

    /// <summary>Draws each frame as the window would, and notes when it was ready.</summary>
    private sealed class Observer(LabelSet labels) : IFrameSink
    {
        private readonly FaceOverlay _overlay = new(labels);
        private readonly Canvas _canvas = new();
        private readonly List<double> _milliseconds = [];
        private long _started;
        private long _faces;
        private double _drawing;

        public TimeSpan Until { get; set; } = TimeSpan.MaxValue;

        public Action<long>? Seen { get; init; }

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
            if (Until < TimeSpan.MaxValue)
            {
                _milliseconds.Add(Stopwatch.GetElapsedTime(frame.ArrivedAt).TotalMilliseconds);
            }

            Seen?.Invoke(Count);
            return Stopwatch.GetElapsedTime(_started) < Until;
        }

        public void Dispose() => _canvas.Dispose();
    }
}
