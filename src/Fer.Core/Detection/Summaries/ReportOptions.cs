namespace Fer.Core.Detection.Summaries;

/// <summary>What a report is about, beside the results.</summary>
/// <param name="Folder">Where it is written.</param>
public sealed record ReportOptions(string Folder)
{
    /// <summary>Seconds of a step, unless a user chooses another.</summary>
    public const double DefaultStep = 1;

    /// <summary>Seconds of a step of <c>timeline.csv</c>.</summary>
    public double Step { get; init; } = DefaultStep;

    /// <summary>Whether small images of the faces are part of the page.</summary>
    public bool HasFaces { get; init; }

    /// <summary>The settings of the run by name, as a user would write them.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>The model: its file, precision and what its checkpoint says of itself.</summary>
    public IReadOnlyList<(string Name, string Value)> Model { get; init; } = [];
}
