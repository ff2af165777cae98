using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Summaries;
using Fer.Core.Detection.Tracking;
using Fer.Core.Model;

namespace Fer.Detect;

/// <summary>The options of the command line.</summary>
internal sealed record DetectOptions
{
    /// <summary>The camera; null for <see cref="Inputs"/>.</summary>
    public CameraOptions? Camera { get; init; }

    /// <summary>Files, folders and glob patterns, or one URL or <c>-</c>.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    public string? Model { get; init; }

    public bool Headless { get; init; }

    public string? Output { get; init; }

    public string? Json { get; init; }

    public string? Csv { get; init; }

    public bool Bars { get; init; }

    /// <summary>Whether faces are hidden in everything that is drawn.</summary>
    public bool Blur { get; init; }

    /// <summary>The folder for face crops; null for none.</summary>
    public string? Crops { get; init; }

    /// <summary>The report to write; null for none.</summary>
    public ReportOptions? Report { get; init; }

    /// <summary>The options as they were given.</summary>
    public IReadOnlyList<(string Name, string Value)> CommandLine { get; init; } = [];

    /// <summary>Whether existing files may be replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the outputs of an interrupted run are continued.</summary>
    public bool Resume { get; init; }

    /// <summary>More files that cannot be read end the run; null for no limit.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Whether <c>--strict</c> set that limit, for the message.</summary>
    public bool Strict { get; init; }

    public RequestedPrecision Precision { get; init; }

    public int? Threads { get; init; }

    public Shard Shard { get; init; } = Shard.Whole;

    public DetectorRequest Detector { get; init; } = new();

    public TrackingOptions Tracking { get; init; } = new();

    public LoopOptions Loop { get; init; } = new();
}
