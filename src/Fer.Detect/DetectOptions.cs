using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Tracking;

namespace Fer.Detect;

/// <summary>What the command line asks for.</summary>
internal sealed record DetectOptions
{
    /// <summary>The camera; null for <see cref="Input"/>.</summary>
    public int? Camera { get; init; }

    /// <summary>The file, folder, pattern, address or <c>-</c>.</summary>
    public string? Input { get; init; }

    public string? Model { get; init; }

    public bool Headless { get; init; }

    public string? Output { get; init; }

    public string? Json { get; init; }

    public string? Csv { get; init; }

    public bool Bars { get; init; }

    public string Precision { get; init; } = "auto";

    public int? Threads { get; init; }

    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>YuNet's file; null for the cascade.</summary>
    public string? DetectorModel { get; init; }

    /// <summary>Null for what suits the kind of source.</summary>
    public FaceSize? MinFace { get; init; }

    public HaarOptions Haar { get; init; } = new();

    public TrackingOptions Tracking { get; init; } = new();

    public LoopOptions Loop { get; init; } = new();
}
