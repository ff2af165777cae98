using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Model;

namespace Fer.Core.Benchmarking;

/// <summary>Latency from a frame's arrival to its drawn labels, in milliseconds.</summary>
public sealed record Latency(double Median, double Percentile95, double Percentile99)
{
    /// <summary>The percentiles of unsorted times; zeros if there are none.</summary>
    public static Latency Of(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new Latency(At(0.5), At(0.95), At(0.99));

        double At(double quantile) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(quantile * sorted.Length) - 1)];
    }
}

/// <summary>The detection throughput and latency for one video.</summary>
/// <param name="Name">A description of the video.</param>
/// <param name="Width">Width of a frame, in pixels.</param>
/// <param name="Height">Height of a frame, in pixels.</param>
/// <param name="People">Number of faces in the video; 0 if unknown.</param>
/// <param name="FacesFound">Mean number of detected faces per frame.</param>
/// <param name="Rate">Frames per second at full speed.</param>
/// <param name="LiveRate">Processed frames per second of a live source at <see cref="DetectionBenchmark.CameraRate"/>.</param>
/// <param name="Dropped">Share of the live source's frames that newer ones replaced, 0..1.</param>
/// <param name="Latency">Latency of the live source.</param>
/// <param name="CaptureTime">Milliseconds per frame for copying, and for decoding a file.</param>
/// <param name="DetectTime">Milliseconds per frame for detection and tracking.</param>
/// <param name="ClassifyTime">Milliseconds per frame for classification.</param>
/// <param name="DrawTime">Milliseconds per frame for drawing boxes and labels.</param>
/// <param name="TutorialRate">Frames per second of the baseline, the tutorial's loop, on the same video; null without libtorch.</param>
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
    double CaptureTime,
    [property: JsonPropertyName("findTime")] double DetectTime,
    [property: JsonPropertyName("readTime")] double ClassifyTime,
    double DrawTime,
    double? TutorialRate);

/// <summary>Memory use over a long run.</summary>
/// <param name="Frames">Processed frames.</param>
/// <param name="Early">Bytes in use after the first thousand frames.</param>
/// <param name="Final">Bytes in use at the end.</param>
public sealed record SoakReport(long Frames, long Early, long Final);

/// <summary>The result of <c>fer-detect benchmark</c>.</summary>
/// <param name="Processor">Name and features of the processor.</param>
/// <param name="Model">The checkpoint file.</param>
/// <param name="Precision">The precision of the network.</param>
/// <param name="Detector">The face detector.</param>
/// <param name="Scenes">The measured videos.</param>
/// <param name="Soak">Memory use over a long run, or null.</param>
/// <param name="PeakMemory">Peak memory of the process, in bytes.</param>
/// <param name="FinalMemory">Memory at the end, in bytes.</param>
public sealed record DetectionReport(
    string Processor,
    string Model,
    Precision Precision,
    string Detector,
    IReadOnlyList<SceneSpeed> Scenes,
    SoakReport? Soak,
    long PeakMemory,
    long FinalMemory)
{
    /// <summary>The report as JSON with keys in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DetectionJson.Default.DetectionReport);
}

/// <summary>Serializes reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DetectionReport))]
internal sealed partial class DetectionJson : JsonSerializerContext;
