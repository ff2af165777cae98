namespace Fer.Core.Training;

/// <summary>The metrics of one epoch.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="LearningRate">At the end of the epoch.</param>
/// <param name="TrainLoss">Mean over the epoch's batches, while the network was changing.</param>
/// <param name="TrainAccuracy">Fraction 0..1, on augmented images, while the network was changing.</param>
/// <param name="ValidationLoss">Cross-entropy on the validation images.</param>
/// <param name="ValidationAccuracy">Fraction 0..1.</param>
/// <param name="Seconds">Wall time of the epoch, validation included.</param>
/// <param name="ImagesPerSecond">Training throughput, validation excluded.</param>
/// <param name="ValidationBalancedAccuracy">Unweighted mean recall of the labels, 0..1; NaN in epochs of release 0.1.</param>
/// <param name="ValidationMacroF1">Unweighted mean F1 of the labels, 0..1; NaN in epochs of release 0.1.</param>
public sealed record EpochMetrics(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double Seconds,
    double ImagesPerSecond,
    double ValidationBalancedAccuracy = double.NaN,
    double ValidationMacroF1 = double.NaN)
{
    /// <summary>How many values <see cref="ToValues"/> gives.</summary>
    internal const int ValueCount = 10;

    /// <summary>How many of them release 0.1 wrote.</summary>
    internal const int FirstValueCount = 8;

    /// <summary>All metrics as a row of numbers, in the order of <c>history.csv</c>.</summary>
    internal double[] ToValues() =>
        [Epoch, LearningRate, TrainLoss, TrainAccuracy, ValidationLoss, ValidationAccuracy, Seconds, ImagesPerSecond, ValidationBalancedAccuracy, ValidationMacroF1];

    /// <summary>The inverse of <see cref="ToValues"/>, of rows of release 0.1 too.</summary>
    internal static EpochMetrics FromValues(double[] values)
    {
        var first = new EpochMetrics((int)values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
        return values.Length == FirstValueCount ? first : first with { ValidationBalancedAccuracy = values[8], ValidationMacroF1 = values[9] };
    }
}
