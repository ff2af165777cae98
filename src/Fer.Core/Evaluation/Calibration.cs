namespace Fer.Core.Evaluation;

/// <summary>A bin of a reliability diagram: the images whose confidence is in one interval.</summary>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The fraction of correct predictions.</param>
/// <param name="Count">Number of images.</param>
public sealed record ReliabilityBin(double Confidence, double Accuracy, int Count);

/// <summary>Calibration of confidences and temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks").</summary>
public static class Calibration
{
    /// <summary>Number of bins.</summary>
    internal const int BinCount = 15;

    // Temperatures outside of these only occur if there is nothing to fit.
    private const double MinTemperature = 0.05, MaxTemperature = 20;

    // How far the logarithm of a network's temperature usually is from 0: those of FER2013's networks are 0.7 to 1.3.
    private const double PriorDeviation = 0.25;

    /// <summary>The bin of a confidence.</summary>
    internal static int BinOf(double confidence) => Math.Min(BinCount - 1, (int)(confidence * BinCount));

    /// <summary>Fifteen bins of equal width; empty ones are left out.</summary>
    public static IReadOnlyList<ReliabilityBin> Reliability(Predictions predictions, double temperature = 1) =>
    [
        .. Enumerable.Range(0, predictions.Count)
            .Select(image => (Confidence: predictions.Probabilities(image, temperature).Max(), IsCorrect: predictions.Predicted(image) == predictions.Targets[image]))
            .GroupBy(image => BinOf(image.Confidence))
            .OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin(bin.Average(image => image.Confidence), bin.Average(image => image.IsCorrect ? 1.0 : 0.0), bin.Count())),
    ];

    /// <summary>Expected calibration error (ECE): the mean difference between confidence and accuracy, weighted by the counts of the bins.</summary>
    public static double ExpectedCalibrationError(Predictions predictions, double temperature = 1) =>
        Reliability(predictions, temperature).Sum(bin => Math.Abs(bin.Confidence - bin.Accuracy) * bin.Count) / predictions.Count;

    /// <summary>
    /// Fits the most probable temperature, by golden-section search over its logarithm, which has a normal prior around 0. Few images
    /// hardly move it: a network that is right on all of them would otherwise seem to be right for ever. Of thousands the prior
    /// changes nothing, and the temperature is that with the lowest cross-entropy.
    /// </summary>
    public static double FitTemperature(Predictions predictions)
    {
        const double golden = 0.6180339887498949;
        var (low, high) = (Math.Log(MinTemperature), Math.Log(MaxTemperature));
        while (high - low > 1e-3)
        {
            var (left, right) = (high - golden * (high - low), low + golden * (high - low));
            if (Loss(left) < Loss(right))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return Math.Exp((low + high) / 2);

        double Loss(double logarithm) =>
            predictions.Count * predictions.MeanLoss(Math.Exp(logarithm)) + logarithm * logarithm / (2 * PriorDeviation * PriorDeviation);
    }
}
