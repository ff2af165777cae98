using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Model;

namespace Fer.Core.Benchmarking;

/// <summary>Times between an image's arrival and its labels, in milliseconds.</summary>
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
/// <param name="Width">Of the image, in pixels.</param>
/// <param name="Height">Of the image, in pixels.</param>
/// <param name="People">Faces that the video shows; 0 where nobody knows.</param>
/// <param name="FacesFound">Faces that were found, the mean of all images.</param>
/// <param name="Rate">Images a second, as fast as they go.</param>
/// <param name="LiveRate">Images a second of a live source at <see cref="DetectionBenchmark.CameraRate"/>.</param>
/// <param name="Dropped">Part of the live source's images that newer ones replaced, 0..1.</param>
/// <param name="Latency">From a live image's arrival to its drawn labels.</param>
/// <param name="CaptureTime">Milliseconds an image for decoding, where it comes from a file, and copying.</param>
/// <param name="FindTime">Milliseconds an image for finding faces.</param>
/// <param name="ReadTime">Milliseconds an image for reading their emotions.</param>
/// <param name="DrawTime">Milliseconds an image for drawing boxes and labels.</param>
/// <param name="TutorialRate">Images a second of the tutorial's loop on the same video; null where libtorch is missing.</param>
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
    double FindTime,
    double ReadTime,
    double DrawTime,
    double? TutorialRate);

/// <summary>Memory over a long run.</summary>
/// <param name="Frames">Images.</param>
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

/// <summary>Writes reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DetectionReport))]
internal sealed partial class DetectionJson : JsonSerializerContext;
