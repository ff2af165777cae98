using Fer.Core.Data;

namespace Fer.Core.Reporting;

/// <summary>The labels of one track over time.</summary>
/// <param name="Name">The track id.</param>
/// <param name="Labels">One per column: the label's index, <see cref="Timeline.Uncertain"/>, or null where the face was not seen.</param>
public sealed record TimelineLane(string Name, IReadOnlyList<int?> Labels);

/// <summary>Where a video begins.</summary>
/// <param name="Seconds">On the axis of time.</param>
/// <param name="Name">The file's name.</param>
public sealed record TimelineMark(double Seconds, string Name);

/// <summary>Emotions over time, in columns of equal width.</summary>
/// <param name="Labels">The labels of the model.</param>
/// <param name="Step">The width of a column in seconds.</param>
/// <param name="Duration">The length of the axis in seconds.</param>
/// <param name="Shares"><c>[label][column]</c>: mean probability over the faces, which sum to 1 or, without a face, to 0.</param>
/// <param name="Lanes">A lane per track.</param>
/// <param name="Marks">The beginning of each video.</param>
public sealed record Timeline(
    LabelSet Labels,
    double Step,
    double Duration,
    IReadOnlyList<double[]> Shares,
    IReadOnlyList<TimelineLane> Lanes,
    IReadOnlyList<TimelineMark> Marks)
{
    /// <summary>Stands for a face without a label in <see cref="TimelineLane.Labels"/>.</summary>
    public const int Uncertain = -1;
}
