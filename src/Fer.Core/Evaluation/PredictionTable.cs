using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>Predictions as CSV (RFC 4180): <c>path,label,predicted,confidence</c>, then one probability per label.</summary>
public static class PredictionTable
{
    /// <summary>Writes one row per image.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="predictions">The predictions.</param>
    /// <param name="paths">The file of each image.</param>
    /// <param name="temperature">The checkpoint's temperature.</param>
    public static void Write(TextWriter writer, Predictions predictions, IReadOnlyList<string> paths, double temperature)
    {
        Row(writer, ["path", "label", "predicted", "confidence", .. predictions.Labels]);
        for (var image = 0; image < predictions.Count; image++)
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

    private static void Row(TextWriter writer, IEnumerable<string> fields) => writer.Write(string.Join(',', fields.Select(Csv.Field)) + "\n");

    private static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
