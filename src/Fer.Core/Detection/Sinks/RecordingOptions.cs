using Fer.Core.Detection.Ffmpeg;

namespace Fer.Core.Detection.Sinks;

/// <summary>How an annotated video is written.</summary>
public sealed record RecordingOptions
{
    /// <summary>The extensions of the containers.</summary>
    public static IReadOnlyCollection<string> Extensions { get; } = [".mp4", ".mkv", ".mov", ".avi"];

    /// <summary>Whether a path has one of them.</summary>
    public static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Says in one line what is missing where the program ffmpeg is not installed; null if nothing is.</summary>
    public static string? Shortcoming => FfmpegProgram.EncodesH264
        ? null
        : "annotated videos are MPEG-4 without sound, which browsers do not play; for H.264 and sound, install the program ffmpeg";

    /// <summary>Frames per second of a source whose frames do not know theirs; 0 if unknown.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>One frame in this many is processed.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Whether the source is live: long gaps are then shortened, and there is no file with its sound.</summary>
    public bool IsLive { get; init; }

    /// <summary>Receives one line for each problem that leaves a video that plays.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Tells that the run is stopping.</summary>
    public CancellationToken Cancellation { get; init; }
}
