using System.CommandLine;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary>How many problems of one kind a dataset may have.</summary>
/// <param name="Option">The option with the number.</param>
/// <param name="What">The problem, in words.</param>
/// <param name="Count">How many there are.</param>
/// <param name="NeedsModel">Whether only a network can find it.</param>
internal sealed record InspectGate(Option<int?> Option, string What, Func<InspectResult, int> Count, bool NeedsModel = false)
{
    /// <summary>One line if there are too many; else null.</summary>
    public string? Check(ParseResult parsed, InspectResult found) =>
        parsed.GetValue(Option) is { } most && Count(found) > most ? $"{Count(found):N0} {What}, allowed {most:N0} ({Option.Name})" : null;
}

/// <summary>The gates of <c>fer-train inspect</c>, for CI.</summary>
internal static class InspectGates
{
    /// <summary>New options for a command.</summary>
    public static IReadOnlyList<InspectGate> Create() =>
    [
        Gate("--max-unreadable", "unreadable files", found => found.Inspection.Unreadable.Count),
        Gate("--max-duplicates", "redundant copies", found => found.Inspection.ExtraCopies),
        Gate("--max-near-duplicates", "redundant near-identical images", found => found.Inspection.ExtraNearDuplicates),
        Gate("--max-conflicts", "groups of identical images with different labels", found => found.Inspection.Conflicts.Count()),
        Gate("--max-leaks", "groups of identical or near-identical images in several splits", found => found.Leaks.Count),
        Gate("--max-poor", "images that are too small, flat, blurred or not square", found => found.Inspection.Poor.Count),
        Gate("--max-photographs", "images that do not look like face crops", found => found.NoCrops.Count),
        Gate("--max-suspicious", "probably wrong labels (with --model)", found => found.ProbablyWrong.Count) with { NeedsModel = true },
    ];

    private static InspectGate Gate(string option, string what, Func<InspectResult, int> count) => new(Whole(option, $"most {what}", 0, int.MaxValue), what, count);
}
