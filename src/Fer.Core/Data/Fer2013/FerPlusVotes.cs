using System.Globalization;

namespace Fer.Core.Data.Fer2013;

/// <summary>The votes of FER+'s ten taggers on the images of FER2013 (Barsoum et al. 2016, "Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label Distribution").</summary>
internal static class FerPlusVotes
{
    /// <summary>The FER2013 label of each column of votes; null for "unknown" and "no face".</summary>
    public static readonly IReadOnlyList<string?> Columns = ["neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", null, null];

    // Two columns come before the votes: usage and image name, or row and usage.
    private const int FirstVote = 2;

    /// <summary>The votes, one number per entry of <see cref="Columns"/>, by row number in fer2013.csv.</summary>
    /// <param name="path">fer2013new.csv, or a part of it whose first column is the row number.</param>
    /// <exception cref="FerException">The file is missing or has another format (the line is named).</exception>
    public static Dictionary<int, float[]> Read(string path)
    {
        var votes = new Dictionary<int, float[]>();
        foreach (var (index, line) in Csv.ReadLines(path).Index().Skip(1))
        {
            if (line.Length == 0)
            {
                continue;
            }

            var fields = line.Split(',');
            // The original file has no row numbers: its rows are those of fer2013.csv, in order.
            var hasRowNumber = int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var row);
            votes[hasRowNumber ? row : index - 1] = Parse(fields) ?? throw new FerException($"{path}, line {index + 1}: {FirstVote} columns and {Columns.Count} votes are needed");
        }

        return votes;
    }

    private static float[]? Parse(string[] fields)
    {
        if (fields.Length != FirstVote + Columns.Count)
        {
            return null;
        }

        var values = new float[Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.TryParse(fields[FirstVote + i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out values[i]) || !float.IsFinite(values[i]))
            {
                return null;
            }
        }

        return values;
    }
}
