using Fer.Core.Evaluation;

namespace Fer.Core.Training;

/// <summary>The progress of a training run after a step.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Step">Steps finished in this epoch.</param>
/// <param name="Steps">Steps per epoch.</param>
/// <param name="Loss">Mean over this epoch so far.</param>
/// <param name="ImagesPerSecond">Over this epoch so far.</param>
/// <param name="Remaining">Estimated time until the last epoch ends.</param>
public sealed record TrainingProgress(int Epoch, int Step, int Steps, double Loss, double ImagesPerSecond, TimeSpan Remaining);

/// <summary>The result of an epoch that has just finished.</summary>
/// <param name="History">All epochs so far.</param>
/// <param name="Predictions">Of the validation images.</param>
/// <param name="Temperature">Fitted on them if this is the best epoch so far, else null.</param>
public sealed record EpochResult(IReadOnlyList<EpochMetrics> History, Predictions Predictions, double? Temperature);
