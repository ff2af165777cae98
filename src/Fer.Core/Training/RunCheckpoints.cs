using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>The checkpoints of a run folder: <c>fer.pt</c>, the best network, and <c>last.pt</c>, all that is needed to go on.</summary>
/// <param name="folder">The run folder.</param>
/// <param name="architecture">Of the network.</param>
/// <param name="labels">Of its outputs.</param>
/// <param name="preprocessing">How images become its input.</param>
/// <param name="fingerprints">Of what it learns from.</param>
internal sealed class RunCheckpoints(string folder, Architecture architecture, LabelSet labels, Preprocessing preprocessing, DataFingerprints fingerprints)
{
    /// <summary>Where the best network of a run folder is kept.</summary>
    public static string BestPath(string folder) => RunPaths.Best(folder);

    /// <summary>Where the training of a run folder is kept.</summary>
    public static string LastPath(string folder) => RunPaths.Last(folder);

    /// <exception cref="FerException">The file cannot be written.</exception>
    public void SaveBest(EmotionNetwork evaluationNetwork, IReadOnlyList<EpochMetrics> history, double temperature) =>
        CheckpointStore.Save(BestPath(folder), Snapshot(evaluationNetwork, history) with { Temperature = temperature });

    /// <exception cref="FerException">There is no best network yet.</exception>
    public Checkpoint LoadBest() => CheckpointStore.Load(BestPath(folder));

    /// <param name="trainStep">The network and what moves it.</param>
    /// <param name="history">The epochs that have ended.</param>
    /// <param name="totals">The epoch that is under way.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public void SaveLast(TrainStep trainStep, IReadOnlyList<EpochMetrics> history, EpochTotals totals)
    {
        var training = trainStep.Save();
        training[TrainingStart.DataKey] = fingerprints.Images;
        training[TrainingStart.OpinionsKey] = fingerprints.Opinions;
        training["history"] = TrainingHistory.Save(history);
        totals.Save(training);
        CheckpointStore.Save(LastPath(folder), Snapshot(trainStep.Network, history) with { Training = training });
    }

    private Checkpoint Snapshot(EmotionNetwork network, IReadOnlyList<EpochMetrics> history)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (history.Count > 0)
        {
            var last = history[^1];
            metrics["epoch"] = last.Epoch;
            metrics["validation_accuracy"] = last.ValidationAccuracy;
            if (double.IsFinite(last.ValidationLoss))
            {
                metrics["validation_loss"] = last.ValidationLoss;
            }
        }

        return new Checkpoint(architecture, labels, preprocessing, metrics, StateDictionary.Capture(network));
    }
}
