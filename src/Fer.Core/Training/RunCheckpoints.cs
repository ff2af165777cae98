using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>The checkpoints of a run folder: <c>fer.pt</c>, the best network, and <c>last.pt</c>, everything needed to resume.</summary>
/// <param name="folder">The run folder, held by this training run.</param>
/// <param name="architecture">Of the network.</param>
/// <param name="labels">Of its outputs.</param>
/// <param name="preprocessing">How images become its input.</param>
/// <param name="origin">The network that the training began with, in words; null for random weights.</param>
internal sealed class RunCheckpoints(RunFolderLock folder, Architecture architecture, LabelSet labels, Preprocessing preprocessing, string? origin)
{
    /// <summary>Called after a checkpoint has been written, for tests that copy what a crash would leave.</summary>
    public Action? Written { get; set; }

    /// <param name="network">The evaluation network.</param>
    /// <param name="history">The finished epochs, the last of which is the best.</param>
    /// <param name="temperature">Fitted on the validation images.</param>
    /// <exception cref="FerException">The file cannot be written.</exception>
    public void SaveBest(EmotionNetwork network, IReadOnlyList<EpochMetrics> history, double temperature) =>
        Save(RunPaths.Best(folder.Folder), Describe(StateDictionary.Capture(network), history) with { Temperature = temperature });

    /// <exception cref="FerException">There is no best network yet.</exception>
    public Checkpoint LoadBest() => CheckpointStore.Load(RunPaths.Best(folder.Folder));

    /// <exception cref="FerException">The file cannot be written.</exception>
    public void SaveLast(TrainingSnapshot snapshot) => Save(RunPaths.Last(folder.Folder), snapshot.ToCheckpoint());

    /// <summary>A network as a checkpoint, with the metrics of the last epoch.</summary>
    public Checkpoint Describe(OrderedDictionary<string, StoredTensor> weights, IReadOnlyList<EpochMetrics> history)
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

        return new Checkpoint(architecture, labels, preprocessing, metrics, weights) { Origin = origin };
    }

    private void Save(string path, Checkpoint checkpoint)
    {
        folder.RequireHeld();
        CheckpointStore.Save(path, checkpoint);
        Written?.Invoke();
    }
}
