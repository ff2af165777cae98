namespace Fer.Core.Training;

/// <summary>What one epoch brought.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="LearningRate">At the end of the epoch.</param>
/// <param name="TrainLoss">Mean over the epoch's batches, as the network changed.</param>
/// <param name="TrainAccuracy">Fraction 0..1, on augmented images, as the network changed.</param>
/// <param name="ValidationLoss">Cross-entropy on the validation images.</param>
/// <param name="ValidationAccuracy">Fraction 0..1.</param>
/// <param name="Seconds">Wall time of the epoch, validation included.</param>
/// <param name="ImagesPerSecond">Training images a second, validation excluded.</param>
public sealed record EpochMetrics(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double Seconds,
    double ImagesPerSecond);
