using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.View;
using Fer.Core.Model;
using OpenCvSharp;

namespace Fer.Core.Benchmarking;

/// <summary>Times between a picture's arrival and its labels, in milliseconds.</summary>
public sealed record Latency(double Median, double Percentile95, double Percentile99)
{
    /// <summary>Of unsorted times; zeros where there is none.</summary>
    public static Latency Of(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new Latency(At(0.5), At(0.95), At(0.99));

        double At(double part) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }
}

/// <summary>How fast one kind of video goes through <c>fer-detect</c>.</summary>
/// <param name="Name">What the video shows.</param>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="People">Faces that the video shows; 0 where nobody knows.</param>
/// <param name="FacesFound">Faces that were found, the mean of all pictures.</param>
/// <param name="Rate">Pictures a second, as fast as they go.</param>
/// <param name="LiveRate">Pictures a second of a live source at <see cref="DetectionBenchmark.CameraRate"/>.</param>
/// <param name="Dropped">Part of the live source's pictures that newer ones replaced, 0..1.</param>
/// <param name="Latency">From a live picture's arrival to its drawn labels.</param>
/// <param name="FindTime">Milliseconds a picture for finding faces.</param>
/// <param name="ReadTime">Milliseconds a picture for reading their emotions.</param>
/// <param name="DrawTime">Milliseconds a picture for drawing boxes and labels.</param>
/// <param name="TutorialRate">Pictures a second of the tutorial's loop on the same video.</param>
public sealed record SceneSpeed(
    string Name,
    int Width,
    int Height,
    int People,
    double FacesFound,
    double Rate,
    double LiveRate,
    double Dropped,
    Latency Latency,
    double FindTime,
    double ReadTime,
    double DrawTime,
    double TutorialRate);

/// <summary>Memory over a long run.</summary>
/// <param name="Frames">Pictures.</param>
/// <param name="Early">Bytes held after the first thousand.</param>
/// <param name="Final">Bytes held at the end.</param>
public sealed record SoakReport(long Frames, long Early, long Final);

/// <summary>What <c>fer-detect benchmark</c> finds.</summary>
/// <param name="Model">The network's file.</param>
/// <param name="Precision">Its number format.</param>
/// <param name="Scenes">Each kind of video.</param>
/// <param name="Soak">The long run, or null.</param>
/// <param name="PeakMemory">In bytes.</param>
/// <param name="FinalMemory">In bytes.</param>
public sealed record DetectionReport(string Model, Precision Precision, IReadOnlyList<SceneSpeed> Scenes, SoakReport? Soak, long PeakMemory, long FinalMemory)
{
    /// <summary>As JSON, keys in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DetectionJson.Default.DetectionReport);
}

/// <summary>Measures the detection loop on videos in memory, beside the tutorial's loop on the same ones.</summary>
/// <param name="checkpoint">The network.</param>
/// <param name="precision">Its number format; the tutorial's loop computes in float32.</param>
/// <param name="duration">Length of each of a scene's three measurements.</param>
public sealed class DetectionBenchmark(Checkpoint checkpoint, Precision precision, TimeSpan duration)
{
    /// <summary>Pictures a second of the live source: a fast webcam.</summary>
    public const double CameraRate = 60;

    // Pictures in memory: two seconds of the demo video, and no more than this of a file, there and back.
    private const int MostPictures = 120;
    private const int Warmup = 30;
    private const long EarlyFrames = 1000;

    /// <summary>A demo video of a size and with so many faces.</summary>
    public SceneSpeed MeasureDemo(int width, int height, int people)
    {
        var video = Findable(new DemoVideo { Width = width, Height = height, People = people, FramesPerSecond = 60, Seconds = 2 });
        List<Mat> pictures = [.. video.Frames().Select(frame => frame.Image.Clone())];
        return Measure($"{width}x{height}, {people} {(people == 1 ? "face" : "faces")}", pictures, people);
    }

    /// <summary>The beginning of a video file.</summary>
    /// <exception cref="FerException">It cannot be read.</exception>
    public SceneSpeed MeasureFile(string path)
    {
        var pictures = new List<Mat>();
        using (var capture = new VideoCapture(path))
        {
            using var picture = new Mat();
            while (pictures.Count < MostPictures && capture.Read(picture) && !picture.Empty())
            {
                pictures.Add(picture.Clone());
            }
        }

        return pictures.Count > 0
            ? Measure(Path.GetFileName(path), pictures, 0)
            : throw new FerException($"{path} is no video that can be read");
    }

    /// <summary>Watches the memory over many pictures of one face.</summary>
    public SoakReport Soak(long frames)
    {
        NativeTuning.ReturnFreedMemory();
        var video = new DemoVideo { FramesPerSecond = 60, Seconds = 2 };
        List<Mat> pictures = [.. video.Frames().Select(frame => frame.Image.Clone())];
        var early = 0L;
        using var sink = new Observer(checkpoint.Labels) { Seen = count => early = count == EarlyFrames ? ProcessMemory.Now() : early };
        Run(pictures, isLive: false, frames, TimeSpan.MaxValue, sink);
        pictures.ForEach(picture => picture.Dispose());
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

    private SceneSpeed Measure(string name, List<Mat> pictures, int people)
    {
        using var free = new Observer(checkpoint.Labels);
        var (summary, times) = Run(pictures, isLive: false, long.MaxValue, duration, free);
        using var live = new Observer(checkpoint.Labels);
        var (liveSummary, _) = Run(pictures, isLive: true, long.MaxValue, duration, live);
        using var tutorial = new TutorialLoop(checkpoint);
        var tutorialRate = tutorial.Measure(pictures, duration);
        var size = pictures[0].Size();
        pictures.ForEach(picture => picture.Dispose());
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
            Latency.Of(live.Milliseconds.Skip(Warmup)),
            1000 * times.Find / summary.Frames,
            1000 * times.Read / summary.Frames,
            free.MeanDrawTime,
            tutorialRate);
    }

    private (DetectionSummary Summary, RecognitionTimes Times) Run(List<Mat> pictures, bool isLive, long frames, TimeSpan most, Observer sink)
    {
        using var detector = new HaarFaceDetector(new HaarOptions());
        using var classifier = new EmotionClassifier(checkpoint, precision);
        var recogniser = new FaceRecogniser(detector, classifier, new TrackingOptions());
        var source = new RepeatedSource(pictures, CameraRate, isLive, frames);
        sink.Until = most;
        var summary = new DetectionLoop(source, recogniser, [sink], new LoopOptions()).Run(CancellationToken.None);
        return (summary, recogniser.Times);
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

/// <summary>Writes reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DetectionReport))]
internal sealed partial class DetectionJson : JsonSerializerContext;
