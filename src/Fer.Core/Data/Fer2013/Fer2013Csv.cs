using System.Globalization;
using OpenCvSharp;

namespace Fer.Core.Data.Fer2013;

/// <summary>What a conversion wrote.</summary>
/// <param name="Written">Images by split.</param>
/// <param name="LeftOut">Rows without a label by the FER+ taggers.</param>
public sealed record Fer2013Conversion(IReadOnlyDictionary<string, int> Written, int LeftOut);

/// <summary>
/// Turns Kaggle's <c>fer2013.csv</c> (columns emotion, pixels, Usage in any order) into label folders. The official
/// parts become <c>train/</c> (Training), <c>validation/</c> (PublicTest) and <c>test/</c> (PrivateTest).
/// </summary>
public static class Fer2013Csv
{
    private const int Size = 48;

    // The numbers of the column "emotion".
    private static readonly string[] Emotions = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

    private static readonly Dictionary<string, string> Splits = new(StringComparer.Ordinal)
    {
        ["Training"] = "train",
        ["PublicTest"] = "validation",
        ["PrivateTest"] = "test",
    };

    /// <summary>Writes a PNG for each row, named by the row's number from 00000 on.</summary>
    /// <param name="csv">fer2013.csv.</param>
    /// <param name="ferPlus">
    /// fer2013new.csv of FER+, whose rows are parallel: the label with most votes takes the place of the original one,
    /// and rows that most taggers found unknown or no face are left out. Null keeps the original labels.
    /// </param>
    /// <param name="folder">A folder that is empty or not there yet.</param>
    /// <param name="progress">Is told each row's number.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <exception cref="FerException">A file is missing or not of this form (the line is named), or the folder is not empty.</exception>
    public static Fer2013Conversion Convert(string csv, string? ferPlus, string folder, Action<int>? progress, CancellationToken cancellation)
    {
        OutputPath.RequireNewFolder(folder);
        var votes = ferPlus is null ? null : FerPlusVotes.Read(ferPlus);
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        var (row, leftOut) = (0, 0);
        var columns = Array.Empty<string>();
        var pixels = new byte[Size * Size];
        foreach (var line in InputFile.Read(csv, File.ReadLines).Where(line => line.Length > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            var fields = line.Split(',');
            if (columns.Length == 0)
            {
                columns = Header(fields, csv);
                continue;
            }

            var (label, split) = Parse(fields, columns, pixels, $"{csv}, line {row + 2}");
            if (votes is not null)
            {
                label = votes.TryGetValue(row, out var taggers) ? Plurality(taggers) : throw new FerException($"{ferPlus} has no votes on row {row} of {csv}; it must be the fer2013new.csv of the same images");
            }

            if (label is null)
            {
                leftOut++;
            }
            else
            {
                Write(Path.Combine(folder, split, label, string.Create(CultureInfo.InvariantCulture, $"{row:00000}.png")), pixels);
                written[split] = written.GetValueOrDefault(split) + 1;
            }

            row++;
            progress?.Invoke(row);
        }

        return row > 0 ? new Fer2013Conversion(written, leftOut) : throw new FerException($"{csv} holds no rows");
    }

    private static string[] Header(string[] fields, string csv)
    {
        string[] names = [.. fields.Select(field => field.Trim().Trim('"').ToLowerInvariant())];
        return new[] { "emotion", "pixels", "usage" }.All(names.Contains)
            ? names
            : throw new FerException($"{csv} is no fer2013.csv: its first line does not name emotion, pixels and Usage");
    }

    private static (string? Label, string Split) Parse(string[] fields, string[] columns, byte[] pixels, string place)
    {
        if (fields.Length != columns.Length)
        {
            throw new FerException($"{place}: {fields.Length} fields instead of {columns.Length}");
        }

        string Field(string name) => fields[Array.IndexOf(columns, name)].Trim().Trim('"');
        if (!int.TryParse(Field("emotion"), NumberStyles.None, CultureInfo.InvariantCulture, out var emotion) || emotion >= Emotions.Length)
        {
            throw new FerException($"{place}: the emotion '{Field("emotion")}' is no number from 0 to {Emotions.Length - 1}");
        }

        if (!Splits.TryGetValue(Field("usage"), out var split))
        {
            throw new FerException($"{place}: the usage '{Field("usage")}' is none of {string.Join(", ", Splits.Keys)}");
        }

        var values = Field("pixels").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (values.Length != pixels.Length || !byte.TryParse(values[i], NumberStyles.None, CultureInfo.InvariantCulture, out pixels[i]))
            {
                throw new FerException($"{place}: {pixels.Length} pixels from 0 to 255 are needed");
            }
        }

        return (Emotions[emotion], split);
    }

    /// <summary>The label with most votes, null for "unknown" and "no face"; the first of equals, in the order of the columns.</summary>
    private static string? Plurality(float[] votes) => FerPlusVotes.Columns[Array.IndexOf(votes, votes.Max())];

    private static void Write(string path, byte[] pixels)
    {
        using var image = Mat.FromPixelData(Size, Size, MatType.CV_8UC1, pixels);
        ImageFile.Write(path, image);
    }
}
