using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>Predictions as CSV (RFC 4180): <c>path,label,predicted,confidence</c>, then one probability per label.</summary>
public static class PredictionTable
{
    private static readonly string[] Columns = ["path", "label", "predicted", "confidence"];

    /// <summary>Writes one row per image.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="predictions">The predictions.</param>
    /// <param name="paths">The file of each image.</param>
    /// <param name="temperature">The checkpoint's temperature.</param>
    /// <param name="images">The images to write, in this order; null for all.</param>
    public static void Write(TextWriter writer, Predictions predictions, IReadOnlyList<string> paths, double temperature, IEnumerable<int>? images = null)
    {
        Row(writer, [.. Columns, .. predictions.Labels]);
        foreach (var image in images ?? Enumerable.Range(0, predictions.Count))
        {
            var probabilities = predictions.Probabilities(image, temperature);
            Row(writer,
            [
                paths[image],
                predictions.Labels[predictions.Targets[image]],
                predictions.Labels[predictions.Predicted(image)],
                Number(probabilities.Max()),
                .. probabilities.Select(Number),
            ]);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="root">The data folder of that time; paths become relative to it.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="FerException">The file is missing, has other columns, or an unknown label (the line is named).</exception>
    public static Outcomes Read(string path, string root, IReadOnlyList<string> labels)
    {
        var numbers = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        var (paths, targets, predicted, confidences) = (new List<string>(), new List<int>(), new List<int>(), new List<double>());
        foreach (var (index, line) in Csv.ReadLines(path).Index().Where(line => line.Item.Length > 0))
        {
            var fields = Csv.Fields(line);
            if (index == 0 && fields.Take(Columns.Length).SequenceEqual(Columns))
            {
                continue;
            }

            if (index == 0 || fields.Length < Columns.Length
                || !numbers.TryGetValue(fields[1], out var target) || !numbers.TryGetValue(fields[2], out var prediction)
                || !double.TryParse(fields[3], NumberStyles.Float, CultureInfo.InvariantCulture, out var confidence) || confidence is not (>= 0 and <= 1))
            {
                throw new FerException($"{path}, line {index + 1}: not a table of predictions with the labels {string.Join(", ", labels)}; write it with: fer-train evaluate --predictions FILE");
            }

            paths.Add(Outcomes.RelativePath(root, fields[0]));
            targets.Add(target);
            predicted.Add(prediction);
            confidences.Add(confidence);
        }

        return new Outcomes(labels, paths, targets, predicted, confidences);
    }

    private static void Row(TextWriter writer, IEnumerable<string> fields) => writer.Write(string.Join(',', fields.Select(Csv.Field)) + "\n");

    private static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
