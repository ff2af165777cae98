using System.Globalization;
using OpenCvSharp;

namespace Fer.Core.Data.Fer2013;

/// <summary>The result of a conversion.</summary>
/// <param name="Written">Number of images per split.</param>
/// <param name="LeftOut">Number of rows that FER+ gives no label.</param>
public sealed record Fer2013Conversion(IReadOnlyDictionary<string, int> Written, int LeftOut);

/// <summary>
/// Converts Kaggle's <c>fer2013.csv</c> (columns emotion, pixels, Usage in any order) to label folders. The official
/// splits become <c>train/</c> (Training), <c>validation/</c> (PublicTest) and <c>test/</c> (PrivateTest).
/// </summary>
public static class Fer2013Csv
{
    private const int Size = 48;

    // By the number in the column "emotion".
    private static readonly string[] Emotions = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

    private static readonly Dictionary<string, string> Splits = new(StringComparer.Ordinal)
    {
        ["Training"] = "train",
        ["PublicTest"] = "validation",
        ["PrivateTest"] = "test",
    };

    /// <summary>Writes one PNG per row, named after the row number from 00000 on. After a failure nothing is left in the folder.</summary>
    /// <param name="csv">fer2013.csv.</param>
    /// <param name="ferPlus">
    /// fer2013new.csv of FER+, whose rows are parallel: the label with most votes replaces the original one, and rows
    /// that most taggers marked as unknown or not a face are left out. Null keeps the original labels.
    /// </param>
    /// <param name="folder">A folder that is empty or does not exist.</param>
    /// <param name="progress">Called with the number of rows so far.</param>
    /// <param name="cancellation">Ends the conversion.</param>
    /// <exception cref="FerException">A file is missing or has another format (the line is named), or the folder is not empty.</exception>
    public static Fer2013Conversion Convert(string csv, string? ferPlus, string folder, Action<int>? progress, CancellationToken cancellation) =>
        OutputFolder.Fill(folder, temporary => ConvertInto(temporary, csv, ferPlus, progress, cancellation));

    private static Fer2013Conversion ConvertInto(string folder, string csv, string? ferPlus, Action<int>? progress, CancellationToken cancellation)
    {
        var votes = ferPlus is null ? null : FerPlusVotes.Read(ferPlus);
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        var (row, leftOut) = (0, 0);
        var columns = Array.Empty<string>();
        var pixels = new byte[Size * Size];
        foreach (var line in Csv.ReadLines(csv).Where(line => line.Length > 0))
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
                label = votes.TryGetValue(row, out var rowVotes)
                    ? Plurality(rowVotes)
                    : throw new FerException($"{ferPlus} has no votes for row {row} of {csv}; it must be the fer2013new.csv of the same images");
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

        return row > 0 ? new Fer2013Conversion(written, leftOut) : throw new FerException($"{csv} has no rows");
    }

    private static string[] Header(string[] fields, string csv)
    {
        string[] names = [.. fields.Select(field => field.Trim().Trim('"').ToLowerInvariant())];
        return new[] { "emotion", "pixels", "usage" }.All(names.Contains)
            ? names
            : throw new FerException($"{csv} is not a fer2013.csv: its first line does not name emotion, pixels and Usage");
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
            throw new FerException($"{place}: the emotion '{Field("emotion")}' is not a number from 0 to {Emotions.Length - 1}");
        }

        if (!Splits.TryGetValue(Field("usage"), out var split))
        {
            throw new FerException($"{place}: the usage '{Field("usage")}' is not one of {string.Join(", ", Splits.Keys)}");
        }

        if (!TryParsePixels(Field("pixels"), pixels))
        {
            throw new FerException($"{place}: {pixels.Length} pixels from 0 to 255 are needed");
        }

        return (Emotions[emotion], split);
    }

    private static bool TryParsePixels(string text, byte[] pixels)
    {
        var values = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (values.Length != pixels.Length)
        {
            return false;
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            if (!byte.TryParse(values[i], NumberStyles.None, CultureInfo.InvariantCulture, out pixels[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The label with most votes, null for "unknown" and "no face"; on a tie the first in column order.</summary>
    private static string? Plurality(float[] votes) => FerPlusVotes.Columns[Array.IndexOf(votes, votes.Max())];

    private static void Write(string path, byte[] pixels)
    {
        using var image = Mat.FromPixelData(Size, Size, MatType.CV_8UC1, pixels);
        ImageFile.Write(path, image);
    }
}
