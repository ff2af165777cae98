using Fer.Core.Evaluation;

namespace Fer.Core.Training;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps an epoch.</param>
/// <param name="Loss">Mean over this epoch so far.</param>
/// <param name="ImagesPerSecond">Over this epoch so far.</param>
/// <param name="Remaining">Estimated time until the last epoch ends.</param>
public sealed record TrainingProgress(int Epoch, int Step, int Steps, double Loss, double ImagesPerSecond, TimeSpan Remaining);

/// <summary>An epoch that has just ended.</summary>
/// <param name="History">All epochs so far.</param>
/// <param name="Predictions">Of the validation images.</param>
/// <param name="Temperature">Fitted on them where this is the best epoch so far; else null.</param>
public sealed record EpochResult(IReadOnlyList<EpochMetrics> History, Predictions Predictions, double? Temperature);
