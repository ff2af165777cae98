using System.Text.Json;
using Fer.Core.Data;

namespace Fer.Core.Detection.Results;

/// <summary>The labels of the network that wrote a file of results.</summary>
internal static class ResultLabels
{
    private const string LastFixedColumn = "confidence", SmoothedPrefix = "smoothed_";

    /// <summary>Makes sure that a network can continue a file.</summary>
    /// <param name="path">JSON Lines or CSV of fer-detect; may be missing or empty.</param>
    /// <param name="labels">The network's labels.</param>
    /// <exception cref="FerException">The file has the labels of another network.</exception>
    public static void RequireSame(string path, LabelSet labels)
    {
        if (File.Exists(path) && In(path) is { } earlier && !earlier.SequenceEqual(labels))
        {
            throw new FerException($"{path} has the labels {string.Join(", ", earlier)}, the model has {labels}: resume with the model of the interrupted run, or start again with --force");
        }
    }

    /// <summary>The labels that a file has; null if it has no face yet.</summary>
    private static List<string>? In(string path)
    {
        using var lines = new ResultReader(path);
        if (lines.Header is not null)
        {
            return [.. lines.Columns.Skip(Array.IndexOf(lines.Columns, LastFixedColumn) + 1).TakeWhile(column => !column.StartsWith(SmoothedPrefix, StringComparison.Ordinal))];
        }

        while (lines.Read())
        {
            using var line = JsonDocument.Parse(lines.Line.ToArray());
            if (line.RootElement.TryGetProperty("faces", out var faces) && faces.GetArrayLength() > 0)
            {
                return [.. faces[0].GetProperty("probabilities").EnumerateObject().Select(probability => probability.Name)];
            }
        }

        return null;
    }
}
