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
        ResumePoint? point = null;
        foreach (var output in outputs)
        {
            var last = LastFile(output);
            if (last is null)
            {
                // Nothing has been written to it: all other outputs start again too.
                return new InterruptedRun(null, outputs.ToDictionary(path => path, _ => 0L, StringComparer.Ordinal));
            }

            point = point is null || last.File < point.File ? last : point;
        }

        return new InterruptedRun(point, outputs.ToDictionary(path => path, path => LengthBefore(path, point!.File), StringComparer.Ordinal));
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

    private static ResumePoint? LastFile(string output)
    {
        if (!File.Exists(output))
        {
            return null;
        }

        using var lines = new ResultReader(output);
        ResumePoint? last = null;
        while (lines.Read())
        {
            last = last?.File == lines.FileIndex ? last : new ResumePoint(lines.FileIndex, lines.Source, output);
        }

        return last;
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
