using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>Predictions as CSV (RFC 4180): <c>path,label,predicted,confidence</c>, then a probability a label.</summary>
public static class PredictionTable
{
    /// <summary>Writes a row a picture.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="predictions">What the network said.</param>
    /// <param name="paths">The file of each picture.</param>
    /// <param name="temperature">The checkpoint's.</param>
    public static void Write(TextWriter writer, Predictions predictions, IReadOnlyList<string> paths, double temperature)
    {
        Row(writer, ["path", "label", "predicted", "confidence", .. predictions.Labels]);
        for (var picture = 0; picture < predictions.Count; picture++)
        {
            var probabilities = predictions.Probabilities(picture, temperature);
            Row(writer,
            [
                paths[picture],
                predictions.Labels[predictions.Truth[picture]],
                predictions.Labels[predictions.Predicted(picture)],
                Number(probabilities.Max()),
                .. probabilities.Select(Number),
            ]);
        }
    }

    private static void Row(TextWriter writer, IEnumerable<string> fields) => writer.Write(string.Join(',', fields.Select(Csv.Field)) + "\n");

    private static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
