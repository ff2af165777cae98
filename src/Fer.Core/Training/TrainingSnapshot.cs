using System.Runtime.InteropServices;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Training;

/// <summary>
/// Everything that <c>last.pt</c> holds: a training run resumes from it with exactly the weights that it would have had
/// without the interruption. Random numbers derive from (seed, epoch, step), so there is no generator state to save.
/// </summary>
/// <param name="Network">The network being trained, as any checkpoint holds it; not its moving average.</param>
/// <param name="Optimizer">Step count and moments.</param>
/// <param name="Average">State dictionary of the exponential moving average; null in a training run without one.</param>
/// <param name="History">The finished epochs.</param>
/// <param name="Totals">The epoch in progress.</param>
/// <param name="Fingerprints">Of the data that the training began with.</param>
internal sealed record TrainingSnapshot(
    Checkpoint Network,
    OptimizerState Optimizer,
    OrderedDictionary<string, StoredTensor>? Average,
    IReadOnlyList<EpochMetrics> History,
    EpochTotals Totals,
    DataFingerprints Fingerprints)
{
    // The keys of the file. Files of every version so far are read, so that none of them may change.
    private const string OptimizerKey = "optimizer", OptimizerStepsKey = "steps", AverageKey = "average";
    private const string ImagesKey = "data", TargetFilesKey = "opinions", HistoryKey = "history";
    private const string TeacherPredictionsKey = "teacher_predictions", StepKey = "step", LossKey = "loss", CorrectKey = "correct", ImageCountKey = "images", SecondsKey = "seconds";

    /// <summary>What the teachers have predicted so far; null unless that is kept.</summary>
    public StoredTensor? TeacherPredictions { get; init; }

    /// <summary>What the training step resumes from.</summary>
    public StepState Step => new(Network.Weights, Average, Optimizer) { TeacherPredictions = TeacherPredictions };

    /// <summary>The checkpoint to write.</summary>
    public Checkpoint ToCheckpoint() => Network with { Training = ToValues() };

    /// <exception cref="FerException">The file is missing, is not a checkpoint, or holds no training run that can resume.</exception>
    public static TrainingSnapshot Load(string path)
    {
        var checkpoint = CheckpointStore.Load(path);
        if (checkpoint.Training is null)
        {
            throw new FerException($"{path} holds a network but no training run to resume; use it with --init");
        }

        try
        {
            return FromValues(checkpoint with { Training = null }, new StoredValues(checkpoint.Training));
        }
        catch (FerException failure)
        {
            throw new FerException($"{path} holds no training run that can resume: {failure.Message}", failure);
        }
    }

    private OrderedDictionary<string, object?> ToValues()
    {
        var optimizer = new OrderedDictionary<string, object?> { [OptimizerStepsKey] = Optimizer.Steps };
        foreach (var (moment, tensors) in Optimizer.Moments)
        {
            optimizer.Add(moment, Untyped(tensors));
        }

        var values = new OrderedDictionary<string, object?> { [OptimizerKey] = optimizer };
        if (Average is not null)
        {
            values[AverageKey] = Untyped(Average);
        }

        values[ImagesKey] = Fingerprints.Images;
        values[TargetFilesKey] = Fingerprints.TargetFiles;
        values[HistoryKey] = HistoryToTensor(History);
        values[StepKey] = Totals.Steps;
        values[LossKey] = Totals.Loss;
        values[CorrectKey] = Totals.Correct;
        values[ImageCountKey] = Totals.Images;
        values[SecondsKey] = Totals.Seconds;
        if (TeacherPredictions is not null)
        {
            values[TeacherPredictionsKey] = TeacherPredictions;
        }

        return values;
    }

    private static TrainingSnapshot FromValues(Checkpoint network, StoredValues values)
    {
        var optimizer = values.Part(OptimizerKey);
        var moments = new OrderedDictionary<string, OrderedDictionary<string, StoredTensor>>();
        foreach (var moment in optimizer.All.Keys.Where(key => key != OptimizerStepsKey))
        {
            moments.Add(moment, optimizer.Part(moment).Tensors());
        }

        return new TrainingSnapshot(
            network,
            new OptimizerState(optimizer.Int64(OptimizerStepsKey), moments),
            values.Has(AverageKey) ? values.Part(AverageKey).Tensors() : null,
            [.. values.Rows(HistoryKey, EpochMetrics.FirstValueCount, EpochMetrics.ValueCount).Select(EpochMetrics.FromValues)],
            new EpochTotals(
                values.Int64(StepKey), values.Double(LossKey), values.Int64(CorrectKey), values.Int64(ImageCountKey), values.Double(SecondsKey)),
            // The first versions recorded neither.
            new DataFingerprints(
                values.Has(ImagesKey) ? values.Text(ImagesKey) : null,
                values.Has(TargetFilesKey) ? values.Text(TargetFilesKey) : null))
        {
            TeacherPredictions = values.Has(TeacherPredictionsKey) ? values.Tensor(TeacherPredictionsKey) : null,
        };
    }

    /// <summary><c>[epochs, 10]</c>, float64.</summary>
    private static StoredTensor HistoryToTensor(IReadOnlyList<EpochMetrics> history)
    {
        double[] numbers = [.. history.SelectMany(epoch => epoch.ToValues())];
        return new StoredTensor(StoredType.Float64, [history.Count, EpochMetrics.ValueCount], MemoryMarshal.AsBytes<double>(numbers).ToArray());
    }

    private static OrderedDictionary<string, object?> Untyped(OrderedDictionary<string, StoredTensor> tensors) =>
        new(tensors.Select(tensor => new KeyValuePair<string, object?>(tensor.Key, tensor.Value)));
}
