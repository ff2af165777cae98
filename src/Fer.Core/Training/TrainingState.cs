using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>
/// A training run between two steps: the network with its optimizer, the finished epochs, the sums of the one in progress,
/// and the run folder that all of it is saved in.
/// </summary>
internal sealed class TrainingState : IDisposable
{
    private readonly RunFolderLock _folder;
    private readonly DataFingerprints _fingerprints;
    private readonly List<EpochMetrics> _history = [];

    private TrainingState(TrainingOptions options, TrainingData data, DataFingerprints fingerprints, Architecture architecture, Preprocessing preprocessing, string? origin, StepState step, RunFolderLock folder)
    {
        (_fingerprints, _folder) = (fingerprints, folder);
        Options = NetworkChoice.OptionsFor(architecture, options);
        (Preprocessing, Origin) = (preprocessing, origin);
        Batches = new BatchLoader(data.Train, options.BatchSize, options.Seed, Augmentation.Named[options.Augment], options.Sampling, options.Views);
        Checkpoints = new RunCheckpoints(folder, architecture, data.Train.Labels, preprocessing, origin);
        var hardware = Hardware.For(options);
        var targets = new TrainingTargets(options, data.Train, hardware, step.TeacherPredictions);
        try
        {
            TrainStep = new TrainStep(options, hardware, architecture, step, preprocessing, data.Train, Batches.BatchCount, targets);
        }
        catch (FerException failure)
        {
            throw step.Misfit is null ? failure : new FerException($"{step.Misfit}: {failure.Message}", failure);
        }
    }

    /// <summary>The hyperparameters, those of the network included.</summary>
    public TrainingOptions Options { get; }

    public Preprocessing Preprocessing { get; }

    /// <summary>The network that the training began with, in words; null for random weights.</summary>
    public string? Origin { get; }

    public BatchLoader Batches { get; }

    public TrainStep TrainStep { get; }

    public RunCheckpoints Checkpoints { get; }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochMetrics> History => _history;

    /// <summary>The epoch in progress.</summary>
    public EpochTotals Totals { get; set; } = new();

    /// <summary>A new training run, whose network has random weights or those of <see cref="TrainingOptions.Init"/>.</summary>
    /// <exception cref="FerException">The options do not fit each other, the data or this machine, or the run folder is in use or not new.</exception>
    public static TrainingState Start(TrainingOptions options, TrainingData data) => InRunFolder(options, folder =>
    {
        RunPaths.RequireNewRun(options.Output);
        var fingerprints = DataFingerprints.Of(data, options);
        var initial = options.Init is null ? null : InitialNetwork.Load(options.Init, options, data.Train.Labels);
        var architecture = initial?.Checkpoint.Architecture ?? NetworkChoice.ArchitectureOf(options);
        var random = StepState.Random(architecture, data.Train.Labels.Count, options.Size, options.Seed);
        return new TrainingState(options, data, fingerprints, architecture, PreprocessingFor(options, data, initial), initial?.Origin, initial?.StateFor(random, options.Size) ?? random, folder);
    });

    /// <summary>The training that <c>last.pt</c> of the run folder holds.</summary>
    /// <exception cref="FerException">The options or the data are not those that the training began with, or the run folder is in use.</exception>
    public static TrainingState Resume(TrainingOptions options, TrainingData data) => InRunFolder(options, folder =>
    {
        var fingerprints = DataFingerprints.Of(data, options);
        var snapshot = TrainingSnapshot.Load(RunPaths.Last(options.Output));
        fingerprints.RequireSame(snapshot.Fingerprints, options);
        var network = snapshot.Network;
        var step = snapshot.Step with { Misfit = $"{network.Name} does not belong to the training that {options.Output}'s options.json describes" };
        var state = new TrainingState(options, data, fingerprints, network.Architecture, network.Preprocessing, network.Origin, step, folder) { Totals = snapshot.Totals };
        state._history.AddRange(snapshot.History);
        return state;
    });

    /// <summary>Makes sure that the run folder is still this training run's.</summary>
    /// <exception cref="FerException">It was deleted, moved or replaced.</exception>
    public void RequireRunFolder() => _folder.RequireHeld();

    /// <summary>Writes <c>last.pt</c>.</summary>
    /// <exception cref="FerException">The weights are not finite, the file cannot be written, or the run folder is gone.</exception>
    public void Save()
    {
        TrainStep.RequireFinite();
        WriteLast();
    }

    /// <summary>Records a finished epoch and writes its checkpoints.</summary>
    /// <returns>The temperature fitted on the predictions if this is the best epoch so far, else null.</returns>
    /// <exception cref="FerException">The weights are not finite, a file cannot be written, or the run folder is gone.</exception>
    public double? FinishEpoch(EpochMetrics metrics, Predictions predictions)
    {
        // The statistics of batch norm may overflow where the weights do not.
        TrainStep.RequireFinite();
        _history.Add(metrics);
        Totals = new EpochTotals();
        double? temperature = null;
        if (TrainingHistory.Best(_history, Options.Criterion) == metrics)
        {
            temperature = Calibration.FitTemperature(predictions);
            Checkpoints.SaveBest(TrainStep.EvaluationNetwork, _history, temperature.Value);
        }

        WriteLast();
        return temperature;
    }

    public void Dispose()
    {
        TrainStep.Dispose();
        _folder.Dispose();
    }

    private void WriteLast()
    {
        var step = TrainStep.Capture();
        Checkpoints.SaveLast(new TrainingSnapshot(Checkpoints.Describe(step.Weights, _history), step.Optimizer!, step.Average, _history, Totals, _fingerprints) { TeacherPredictions = step.TeacherPredictions });
    }

    /// <summary>Holds the run folder from before anything is read until the training is disposed of.</summary>
    private static TrainingState InRunFolder(TrainingOptions options, Func<RunFolderLock, TrainingState> create)
    {
        RequireKnownAugmentation(options);
        var folder = RunFolderLock.Acquire(options.Output);
        try
        {
            return create(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Normalization by the training images. A network without batch norm, which would even that out, keeps the one it was trained with.</summary>
    private static Preprocessing PreprocessingFor(TrainingOptions options, TrainingData data, InitialNetwork? initial)
    {
        if (initial is { Checkpoint: { Architecture: ClassicArchitecture, Preprocessing: var trained } })
        {
            return trained with { Size = options.Size };
        }

        return options.Normalize ? data.Train.MeasurePreprocessing() : new Preprocessing(options.Size, 0, 1);
    }

    private static void RequireKnownAugmentation(TrainingOptions options)
    {
        if (!Augmentation.Named.ContainsKey(options.Augment))
        {
            throw new FerException($"unknown augmentation '{options.Augment}'; known are {string.Join(", ", Augmentation.Named.Keys)}");
        }
    }
}
