using Fer.Core.Data;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Detection.Results;

/// <summary>
/// The results of an interrupted run. Its last file is processed again, because its lines may be incomplete: a video is
/// tracked from its beginning, so that the results equal those of an uninterrupted run.
/// </summary>
/// <param name="Point">Where to resume; null if there are no results yet.</param>
/// <param name="Lengths">How many bytes of each output are kept, by its path.</param>
public sealed record InterruptedRun(ResumePoint? Point, IReadOnlyDictionary<string, long> Lengths)
{
    /// <summary>Reads what the outputs of a run hold.</summary>
    /// <param name="outputs">JSON Lines and CSV of one run; missing ones count as empty.</param>
    /// <exception cref="FerException">One is not an output of fer-detect for files.</exception>
    public static InterruptedRun Of(IReadOnlyList<string> outputs)
    {
        var ends = outputs.Select(EndOf).ToList();
        var empty = ends.FindIndex(end => end.Last is null);
        var further = ends.FindIndex(end => end.Files > 1);
        if (empty >= 0 && further >= 0)
        {
            // Every output has a line for every file.
            throw new FerException($"{outputs[empty]} has no results, but {outputs[further]} has those of {ends[further].Files} files, which would be lost; name the outputs of the interrupted run");
        }

        var point = empty >= 0 ? null : ends.Select(end => end.Last).MinBy(last => last?.File);
        if (point is null)
        {
            // Nothing has been written to one of them: all start again.
            return new InterruptedRun(null, outputs.ToDictionary(path => path, _ => 0L, StringComparer.Ordinal));
        }

        return new InterruptedRun(point, outputs.ToDictionary(path => path, path => LengthBefore(path, point.File), StringComparer.Ordinal));
    }

    /// <summary>Makes sure that a network can continue the outputs.</summary>
    /// <exception cref="FerException">An output has the labels of another network.</exception>
    public void RequireLabels(LabelSet labels)
    {
        foreach (var output in Lengths.Keys)
        {
            ResultLabels.RequireSame(output, labels);
        }
    }

    /// <summary>The last file in an output, and of how many files it has lines.</summary>
    private static (ResumePoint? Last, int Files) EndOf(string output)
    {
        if (!File.Exists(output))
        {
            return (null, 0);
        }

        using var lines = new ResultReader(output);
        (ResumePoint? Last, int Files) end = default;
        while (lines.Read())
        {
            end = end.Last?.File == lines.FileIndex ? end : (new ResumePoint(lines.FileIndex, lines.Source, output), end.Files + 1);
        }

        return end;
    }

    private static long LengthBefore(string output, long file)
    {
        using var lines = new ResultReader(output);
        while (lines.Read())
        {
            if (lines.FileIndex >= file)
            {
                return lines.Start;
            }
        }

        return lines.Start;
    }
}
