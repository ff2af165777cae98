using System.Globalization;

namespace Fer.Core.Data.Fer2013;

/// <summary>The votes of FER+'s ten taggers on the images of FER2013 (Barsoum et al. 2016, "Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label Distribution").</summary>
internal static class FerPlusVotes
{
    /// <summary>What each column of votes is for, in FER2013's words; null for "unknown" and "no face".</summary>
    public static readonly IReadOnlyList<string?> Columns = ["neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", null, null];

    // Usage and name, or row and usage, stand before the votes.
    private const int FirstVote = 2;

    /// <summary>The votes, a number for each of <see cref="Columns"/>, by the row's number in fer2013.csv.</summary>
    /// <param name="path">fer2013new.csv, or a part of it whose first column is the row's number.</param>
    /// <exception cref="FerException">The file is missing or not of this form (the line is named).</exception>
    public static Dictionary<int, float[]> Read(string path)
    {
        var votes = new Dictionary<int, float[]>();
        foreach (var (number, line) in InputFile.Read(path, File.ReadAllLines).Index().Skip(1).Where(line => line.Item.Length > 0))
        {
            var fields = line.Split(',');
            // FER+'s own file has no numbers: its rows are those of fer2013.csv, in order.
            var row = int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var named) ? named : number - 1;
            var values = new float[Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                if (fields.Length != FirstVote + values.Length
                    || !float.TryParse(fields[FirstVote + i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out values[i]))
                {
                    throw new FerException($"{path}, line {number + 1}: {FirstVote} columns and {values.Length} votes are needed");
                }
            }

            votes[row] = values;
        }

        return votes;
    }
}
