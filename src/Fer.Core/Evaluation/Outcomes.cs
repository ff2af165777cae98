using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>What a network predicted for each image of a dataset.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Paths">The file of each image, relative to the data folder; empty if it is not known.</param>
/// <param name="Targets">Index of the true label of each image.</param>
/// <param name="Predicted">Index of the predicted label of each image.</param>
/// <param name="Confidences">The probability of the predicted label of each image, 0..1; empty if it is not known.</param>
public sealed record Outcomes(IReadOnlyList<string> Labels, IReadOnlyList<string> Paths, IReadOnlyList<int> Targets, IReadOnlyList<int> Predicted, IReadOnlyList<double> Confidences)
{
    // A report that claims more was not written by this program.
    private const int MaxImages = 100_000_000;

    /// <summary>Number of images.</summary>
    public int Count => Targets.Count;

    /// <summary>The outcomes of predictions.</summary>
    /// <param name="predictions">With a single crop.</param>
    /// <param name="faces">The images, in the order of the predictions.</param>
    /// <param name="root">The data folder.</param>
    /// <param name="temperature">The checkpoint's temperature.</param>
    public static Outcomes Of(Predictions predictions, FaceDataset faces, string root, double temperature)
    {
        int[] images = [.. Enumerable.Range(0, predictions.Count)];
        return new Outcomes(
            predictions.Labels,
            [.. faces.Paths.Select(path => RelativePath(root, path))],
            predictions.Targets,
            Array.ConvertAll(images, predictions.Predicted),
            Array.ConvertAll(images, image => predictions.Probabilities(image, temperature).Max()));
    }

    /// <summary>The outcomes that a report's confusion matrix counts; which image had which is not known.</summary>
    /// <exception cref="FerException">The matrix does not fit the labels or the number of images.</exception>
    public static Outcomes Of(EvaluationReport report)
    {
        var labels = report.Labels.Count;
        var counts = report.Confusion;
        if (counts.Count != labels || counts.Any(row => row.Count != labels || row.Any(count => count < 0))
            || report.Images is <= 0 or > MaxImages || counts.Sum(row => row.Sum(count => (long)count)) != report.Images)
        {
            throw new FerException($"the confusion matrix in the report of {report.Model} does not fit its labels and its number of images; write the report again with: fer-train evaluate --json FILE");
        }

        var (targets, predicted) = (new List<int>(report.Images), new List<int>(report.Images));
        for (var cell = 0; cell < labels * labels; cell++)
        {
            var (target, prediction) = (cell / labels, cell % labels);
            targets.AddRange(Enumerable.Repeat(target, counts[target][prediction]));
            predicted.AddRange(Enumerable.Repeat(prediction, counts[target][prediction]));
        }

        return new Outcomes([.. report.Labels.Select(score => score.Label)], [], targets, predicted, []);
    }

    /// <summary>Whether an image was predicted correctly.</summary>
    public bool IsCorrect(int image) => Targets[image] == Predicted[image];

    /// <summary>Some of the images, in the given order.</summary>
    public Outcomes Subset(IReadOnlyList<int> images) => new(
        Labels,
        Paths.Count == 0 ? [] : [.. images.Select(image => Paths[image])],
        [.. images.Select(image => Targets[image])],
        [.. images.Select(image => Predicted[image])],
        Confidences.Count == 0 ? [] : [.. images.Select(image => Confidences[image])]);

    /// <summary>A file's path below the data folder, so that the same image has the same name on every machine.</summary>
    internal static string RelativePath(string root, string path)
    {
        var prefix = $"{root.TrimEnd('/')}/";
        return path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..].TrimStart('/') : path;
    }
}
