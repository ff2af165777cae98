using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using Fer.Core.Native;

namespace Fer.Core.Training;

/// <summary>
/// Trains a network on a dataset. It holds the run folder from <see cref="Start"/> or <see cref="Resume"/> until it is
/// disposed of, and keeps <c>fer.pt</c> (the best network) and <c>last.pt</c> (to resume from) in it.
/// </summary>
public sealed class Trainer : IDisposable
{
    // Enough images for steady batch-norm statistics, few enough to cost two seconds.
    private const int StatisticsImages = 4096;

    // The heap's fragmentation grows by half a gigabyte per epoch of FER2013 (225 steps); a trim costs about one step in 50.
    private const int StepsBetweenTrims = 50;

    private readonly TrainingState _state;
    private readonly TrainingData _data;
    private readonly TrainStep _trainStep;
    private readonly FaceDataset _statisticsFaces;

    private Trainer(TrainingState state, TrainingData data)
    {
        (_state, _data, _trainStep) = (state, data, state.TrainStep);
        _statisticsFaces = data.Train.Subset([.. state.Batches.Order(0).Take(StatisticsImages)]);
    }

    /// <summary>The hyperparameters, those of the network included.</summary>
    public TrainingOptions Options => _state.Options;

    /// <summary>How images become input.</summary>
    public Preprocessing Preprocessing => _state.Preprocessing;

    /// <summary>The precision in use.</summary>
    public Precision Precision => _trainStep.Hardware.Precision;

    /// <summary>The device in use.</summary>
    public string DeviceName => _trainStep.Hardware.Device.type.ToString().ToLowerInvariant();

    /// <summary>The network that the training began with, in words; null for random weights.</summary>
    public string? Origin => _state.Origin;

    /// <summary>Trainable parameters.</summary>
    public long ParameterCount => _trainStep.Network.parameters().Sum(parameter => parameter.NumberOfElements);

    /// <summary>All finished epochs.</summary>
    public IReadOnlyList<EpochMetrics> History => _state.History;

    /// <summary>How often <c>last.pt</c> is saved within an epoch. Epochs of large datasets take an hour; a power failure should not cost that much.</summary>
    internal TimeSpan SaveInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Called after every checkpoint, for tests that copy what a crash would leave.</summary>
    internal Action? CheckpointWritten
    {
        get => _state.Checkpoints.Written;
        set => _state.Checkpoints.Written = value;
    }

    /// <summary>Prepares a new training, whose network has random weights or those of <see cref="TrainingOptions.Init"/>.</summary>
    /// <exception cref="FerException">The options do not fit each other, the data or this machine, or the run folder is in use or not new.</exception>
    public static Trainer Start(TrainingOptions options, TrainingData data) => new(TrainingState.Start(options, data), data);

    /// <summary>Prepares a training run to continue where <c>last.pt</c> of the run folder stands, possibly in the middle of an epoch.</summary>
    /// <exception cref="FerException">The options or the data are not those that the training began with, or the run folder is in use.</exception>
    public static Trainer Resume(TrainingOptions options, TrainingData data) => new(TrainingState.Resume(options, data), data);

    /// <summary>Trains until the last epoch, or until <see cref="TrainingOptions.Criterion"/> has not improved for <see cref="TrainingOptions.Patience"/> epochs.</summary>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="onEpoch">Called after every epoch, when its checkpoints have been written.</param>
    /// <param name="cancellation">Stops the training after the current step, which <c>last.pt</c> then holds.</param>
    /// <returns>All epochs.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="FerException">The loss is not finite, a file cannot be written, or the run folder is gone.</exception>
    public IReadOnlyList<EpochMetrics> Run(Action<TrainingProgress>? onStep = null, Action<EpochResult>? onEpoch = null, CancellationToken cancellation = default)
    {
        if (History.Count == 0 && _state.Totals.Steps == 0)
        {
            // A training run that is killed in its first epoch can resume too.
            _state.Save();
        }

        try
        {
            while (History.Count < Options.Epochs && !HasStalled())
            {
                var epoch = History.Count + 1;
                TrainEpoch(epoch, onStep, cancellation);
                // If the validation fails, for lack of memory for example, the epoch is not lost.
                _state.Save();
                var (metrics, predictions) = Validate(epoch, cancellation);
                var temperature = _state.FinishEpoch(metrics, predictions);
                onEpoch?.Invoke(new EpochResult(History, predictions, temperature));
                NativeTuning.ReturnFreedMemory();
            }
        }
        catch (OperationCanceledException)
        {
            _state.Save();
            throw;
        }

        return History;
    }

    /// <summary>Makes sure that the run folder is still this training's, before anything else is written to it.</summary>
    /// <exception cref="FerException">It was deleted, moved or replaced.</exception>
    public void RequireRunFolder() => _state.RequireRunFolder();

    /// <summary>Training images with the augmentation of the first epoch, <c>size * size</c> pixels each, 0..255 and possibly beyond.</summary>
    public IReadOnlyList<float[]> AugmentedImages(int[] indices)
    {
        using var batch = _state.Batches.Load(indices, epoch: 1);
        return [.. batch.Pixels.data<float>().ToArray().Chunk(Options.Size * Options.Size)];
    }

    /// <summary>Evaluates the best network so far.</summary>
    /// <exception cref="FerException">There is no best network yet.</exception>
    public (Predictions Predictions, Checkpoint Checkpoint) EvaluateBest(FaceDataset faces, CancellationToken cancellation = default)
    {
        var checkpoint = _state.Checkpoints.LoadBest();
        var device = _trainStep.Hardware.Device;
        using var network = checkpoint.BuildNetwork(Precision, device);
        var evaluator = new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), device);
        return (evaluator.Predict(faces, TestTimeView.SingleCrop, cancellation: cancellation), checkpoint);
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private void TrainEpoch(int epoch, Action<TrainingProgress>? onStep, CancellationToken cancellation)
    {
        _trainStep.Network.train();
        var clock = Stopwatch.StartNew();
        var secondsBefore = _state.Totals.Seconds;
        var lastSaved = Stopwatch.GetTimestamp();
        foreach (var batch in _state.Batches.Epoch(epoch, (int)_state.Totals.Steps))
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                var (loss, correct) = _trainStep.Step(batch, epoch, (int)_state.Totals.Steps);
                _state.Totals = _state.Totals.Add(loss, correct, (int)batch.Targets.shape[0], secondsBefore + clock.Elapsed.TotalSeconds);
            }

            onStep?.Invoke(Progress(epoch));
            if (_state.Totals.Steps % StepsBetweenTrims == 0)
            {
                NativeTuning.ReturnFreedMemory();
            }

            if (Stopwatch.GetElapsedTime(lastSaved) > SaveInterval)
            {
                _state.Save();
                lastSaved = Stopwatch.GetTimestamp();
            }
        }
    }

    private (EpochMetrics Metrics, Predictions Predictions) Validate(int epoch, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        _trainStep.RecalibrateBatchNorm(_statisticsFaces);
        var evaluator = new Evaluator(_trainStep.EvaluationNetwork, new FacePreprocessor(Preprocessing), _trainStep.Hardware.Device);
        var predictions = evaluator.Predict(_data.Validation, TestTimeView.SingleCrop, cancellation: cancellation);
        var totals = _state.Totals;
        var matrix = new ConfusionMatrix(predictions);
        var metrics = new EpochMetrics(
            epoch,
            _trainStep.LearningRateAfter(epoch),
            totals.Loss / totals.Images,
            (double)totals.Correct / totals.Images,
            predictions.MeanLoss(),
            predictions.Accuracy(),
            totals.Seconds + clock.Elapsed.TotalSeconds,
            totals.Images / totals.Seconds,
            matrix.BalancedAccuracy,
            matrix.MacroF1);
        return (metrics, predictions);
    }

    private TrainingProgress Progress(int epoch)
    {
        var (totals, steps) = (_state.Totals, _state.Batches.BatchCount);
        var rate = totals.Images / totals.Seconds;
        var stepsLeft = (Options.Epochs - epoch + 1.0) * steps - totals.Steps;
        var remaining = TimeSpan.FromSeconds(stepsLeft * Options.BatchSize / rate);
        return new TrainingProgress(epoch, (int)totals.Steps, steps, totals.Loss / totals.Images, rate, remaining);
    }

    private bool HasStalled()
    {
        if (Options.Patience == 0 || TrainingHistory.Best(History, Options.Criterion) is not { } best)
        {
            return false;
        }

        return History.Count - best.Epoch >= Options.Patience;
    }
}
