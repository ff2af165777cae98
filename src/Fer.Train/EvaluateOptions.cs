using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;

namespace Fer.Train;

/// <summary>What <c>fer-train evaluate</c> is asked for; a result that is not wanted is null.</summary>
internal sealed record EvaluateOptions
{
    public required string Data { get; init; }

    public string? Split { get; init; }

    public required LabelRules LabelRules { get; init; }

    /// <summary>Fails on unreadable images.</summary>
    public bool Strict { get; init; }

    /// <summary>One or more checkpoints.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public bool Tta { get; init; }

    /// <summary>A CSV file with the groups of images.</summary>
    public string? Groups { get; init; }

    /// <summary>An earlier JSON report.</summary>
    public string? Baseline { get; init; }

    /// <summary>The requirements, without the baseline.</summary>
    public required EvaluationGates Gates { get; init; }

    public string? Json { get; init; }

    public string? Predictions { get; init; }

    /// <summary>A CSV file, or a folder.</summary>
    public string? Mistakes { get; init; }

    /// <summary>A folder.</summary>
    public string? Report { get; init; }

    public string? JUnit { get; init; }

    public string? Summary { get; init; }

    public bool Force { get; init; }

    public RequestedDevice Device { get; init; }

    public RequestedPrecision Precision { get; init; }

    public int? Threads { get; init; }
}
