namespace Fer.Core.Evaluation;

/// <summary>The images whose confidence fell into one interval.</summary>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The fraction that was read rightly.</param>
/// <param name="Count">How many.</param>
public sealed record ReliabilityBin(double Confidence, double Accuracy, int Count);

/// <summary>Whether "80 %" means right 80 times in 100 (Guo et al. 2017, "On Calibration of Modern Neural Networks").</summary>
public static class Calibration
{
    /// <summary>The number of intervals of confidence.</summary>
    internal const int BinCount = 15;

    // Temperatures beyond these only occur where there is nothing to fit.
    private const double LeastTemperature = 0.05, GreatestTemperature = 20;

    /// <summary>Fifteen equal intervals of confidence; empty ones are left out.</summary>
    public static IReadOnlyList<ReliabilityBin> Reliability(Predictions predictions, double temperature = 1) =>
    [
        .. Enumerable.Range(0, predictions.Count)
            .Select(image => (Confidence: predictions.Probabilities(image, temperature).Max(), Right: predictions.Predicted(image) == predictions.Targets[image]))
            .GroupBy(image => Math.Min(BinCount - 1, (int)(image.Confidence * BinCount)))
            .OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin(bin.Average(image => image.Confidence), bin.Average(image => image.Right ? 1.0 : 0.0), bin.Count())),
    ];

    /// <summary>Expected calibration error: the mean distance between confidence and accuracy, weighted by the bins' counts.</summary>
    public static double ExpectedError(Predictions predictions, double temperature = 1) =>
        Reliability(predictions, temperature).Sum(bin => Math.Abs(bin.Confidence - bin.Accuracy) * bin.Count) / predictions.Count;

    /// <summary>The temperature with the least cross-entropy, by golden-section search over its logarithm.</summary>
    public static double FitTemperature(Predictions predictions)
    {
        const double golden = 0.6180339887498949;
        var (low, high) = (Math.Log(LeastTemperature), Math.Log(GreatestTemperature));
        while (high - low > 1e-3)
        {
            var (left, right) = (high - golden * (high - low), low + golden * (high - low));
            if (predictions.MeanLoss(Math.Exp(left)) < predictions.MeanLoss(Math.Exp(right)))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return Math.Exp((low + high) / 2);
    }
}
