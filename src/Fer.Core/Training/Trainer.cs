using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using Fer.Core.Native;
using TorchSharp;

namespace Fer.Core.Training;

/// <summary>Trains a network on a data set, and keeps <c>fer.pt</c> (best) and <c>last.pt</c> (to go on) in the run folder.</summary>
public sealed class Trainer : IDisposable
{
    // Enough faces for steady batch-norm statistics, few enough to cost two seconds.
    private const int StatisticsFaces = 4096;

    // Holes in the heap grow by half a gigabyte an epoch of FER2013 (225 steps); closing them costs about one step of 50.
    private const int StepsBetweenTrims = 50;

    // An epoch of a large data set takes an hour; what a power failure costs should not.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(5);

    private readonly TrainingOptions _options;
    private readonly TrainingData _data;
    private readonly BatchLoader _batches;
    private readonly TrainStep _trainStep;
    private readonly RunCheckpoints _checkpoints;
    private readonly FaceDataset _statisticsFaces;
    private readonly List<EpochMetrics> _history = [];
    private EpochTotals _totals = new();

    /// <summary>Prepares a training.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="data">On what.</param>
    /// <param name="resume">Goes on where <c>last.pt</c> of the run folder stands, in the middle of an epoch if need be.</param>
    /// <exception cref="FerException">The options do not fit each other, the data, this machine or <c>last.pt</c>.</exception>
    public Trainer(TrainingOptions options, TrainingData data, bool resume = false)
    {
        _data = data;
        if (!Augmentation.Named.TryGetValue(options.Augment, out var augmentation))
        {
            throw new FerException($"unknown augmentation '{options.Augment}'; known are {string.Join(", ", Augmentation.Named.Keys)}");
        }

        var fingerprints = DataFingerprints.Of(data, options);
        _batches = new BatchLoader(data.Train, options.BatchSize, options.Seed, augmentation);
        var start = TrainingStart.Of(options, data.Train.Labels, fingerprints, resume ? RunCheckpoints.LastPath(options.Output) : null);
        // A checkpoint's own numbers: the defaults of today may be others.
        var architecture = start?.Architecture ?? TrainingStart.ArchitectureOf(options);
        _options = TrainingStart.Naming(architecture, options);
        Preprocessing = resume ? start!.Preprocessing : options.Normalize ? data.Train.MeasurePreprocessing() : new Preprocessing(options.Size, 0, 1);
        _trainStep = new TrainStep(options, architecture, data.Train, Preprocessing, _batches.BatchCount);
        _checkpoints = new RunCheckpoints(options.Output, architecture, data.Train.Labels, Preprocessing, fingerprints);
        if (resume)
        {
            Restore(start!);
        }
        else if (start is not null)
        {
            Begin(start);
        }

        if (options.Teachers.Count > 0 || options.Votes is not null)
        {
            _trainStep.Aim(SoftTargets.Create(options, data.Train), new Teachers(options.Teachers, data.Train, Precision, _trainStep.Device));
        }

        _statisticsFaces = data.Train.Subset([.. _batches.Order(0).Take(StatisticsFaces)]);
    }

    /// <summary>What is trained.</summary>
    public TrainingOptions Options => _options;

    /// <summary>How images become input.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The number format in use.</summary>
    public Precision Precision => _trainStep.Precision;

    /// <summary>The device in use.</summary>
    public string DeviceName => _trainStep.Device.type.ToString().ToLowerInvariant();

    /// <summary>Parameters that are learned.</summary>
    public long ParameterCount => _trainStep.Network.parameters().Sum(parameter => parameter.NumberOfElements);

    /// <summary>All epochs so far.</summary>
    public IReadOnlyList<EpochMetrics> History => _history;

    /// <summary>Trains until the last epoch, or until nothing has improved for long enough.</summary>
    /// <returns>All epochs.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled; <c>last.pt</c> holds the very step.</exception>
    /// <exception cref="FerException">The loss is not finite any more, or a file cannot be written.</exception>
    public IReadOnlyList<EpochMetrics> Run(Action<TrainingProgress>? progress, Action<EpochResult>? epochEnd, CancellationToken cancellation)
    {
        if (_history.Count == 0 && _totals.Steps == 0)
        {
            // A training that is killed in its first epoch can be resumed too.
            SaveLast();
        }

        try
        {
            while (_history.Count < _options.Epochs && !HasStalled())
            {
                var epoch = _history.Count + 1;
                TrainEpoch(epoch, progress, cancellation);
                // Should the judging fail, for want of memory say, the epoch is not lost.
                SaveLast();
                EndEpoch(Validate(epoch, cancellation), epochEnd);
            }
        }
        catch (OperationCanceledException)
        {
            SaveLast();
            throw;
        }

        return _history;
    }

    /// <summary>The network input that chosen training faces become in the first epoch, <c>size * size</c> values each.</summary>
    public IReadOnlyList<float[]> Inputs(int[] faces)
    {
        using var batch = _batches.Load(faces, epoch: 1);
        using var input = new FacePreprocessor(Preprocessing).Normalize(batch.Pixels);
        return [.. input.data<float>().ToArray().Chunk(_options.Size * _options.Size)];
    }

    /// <summary>Asks the best network so far about a data set.</summary>
    /// <exception cref="FerException">There is no best network yet.</exception>
    public (Predictions Predictions, Checkpoint Checkpoint) EvaluateBest(FaceDataset faces, CancellationToken cancellation)
    {
        var checkpoint = _checkpoints.LoadBest();
        using var network = checkpoint.BuildNetwork();
        network.Precision = Precision;
        network.to(_trainStep.Device);
        return (new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), _trainStep.Device).Predict(faces, TestTimeView.SingleCrop, cancellation), checkpoint);
    }

    /// <inheritdoc/>
    public void Dispose() => _trainStep.Dispose();

    private void Begin(Checkpoint start)
    {
        try
        {
            _trainStep.Begin(start.Weights);
        }
        catch (FerException failure)
        {
            throw new FerException($"{start.Name} does not fit a training in {_options.Size} pixels: {failure.Message}", failure);
        }
    }

    private void Restore(Checkpoint last)
    {
        var saved = new StoredValues(last.Training!);
        try
        {
            _trainStep.Load(last.Weights, saved);
        }
        catch (FerException failure)
        {
            throw new FerException($"{RunCheckpoints.LastPath(_options.Output)} is of another training than {_options.Output}'s options.json: {failure.Message}", failure);
        }

        _history.AddRange(TrainingHistory.Load(saved));
        _totals = EpochTotals.Load(saved);
    }

    private void TrainEpoch(int epoch, Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _trainStep.Network.train();
        var clock = Stopwatch.StartNew();
        var secondsBefore = _totals.Seconds;
        var lastSaved = Stopwatch.GetTimestamp();
        foreach (var batch in _batches.Epoch(epoch, (int)_totals.Steps))
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                var (loss, correct) = _trainStep.Step(batch, epoch, (int)_totals.Steps);
                _totals = _totals.Add(loss, correct, (int)batch.Targets.shape[0], secondsBefore + clock.Elapsed.TotalSeconds);
            }

            progress?.Invoke(Progress(epoch));
            if (_totals.Steps % StepsBetweenTrims == 0)
            {
                NativeTuning.ReturnFreedMemory();
            }

            if (Stopwatch.GetElapsedTime(lastSaved) > SaveInterval)
            {
                SaveLast();
                lastSaved = Stopwatch.GetTimestamp();
            }
        }
    }

    private (EpochMetrics Metrics, Predictions Predictions) Validate(int epoch, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        _trainStep.RecalibrateBatchNorm(_statisticsFaces);
        var evaluator = new Evaluator(_trainStep.EvaluationNetwork, new FacePreprocessor(Preprocessing), _trainStep.Device);
        var predictions = evaluator.Predict(_data.Validation, TestTimeView.SingleCrop, cancellation);
        var metrics = new EpochMetrics(
            epoch,
            _trainStep.LearningRateAfter(epoch),
            _totals.Loss / _totals.Images,
            (double)_totals.Correct / _totals.Images,
            predictions.MeanLoss(),
            predictions.Accuracy(),
            _totals.Seconds + clock.Elapsed.TotalSeconds,
            _totals.Images / _totals.Seconds);
        return (metrics, predictions);
    }

    private void EndEpoch((EpochMetrics Metrics, Predictions Predictions) epoch, Action<EpochResult>? epochEnd)
    {
        _history.Add(epoch.Metrics);
        _totals = new EpochTotals();
        double? temperature = null;
        if (TrainingHistory.Best(_history) == epoch.Metrics)
        {
            temperature = Calibration.FitTemperature(epoch.Predictions);
            _checkpoints.SaveBest(_trainStep.EvaluationNetwork, _history, temperature.Value);
        }

        SaveLast();
        epochEnd?.Invoke(new EpochResult(_history, epoch.Predictions, temperature));
        NativeTuning.ReturnFreedMemory();
    }

    private TrainingProgress Progress(int epoch)
    {
        var rate = _totals.Images / _totals.Seconds;
        var stepsLeft = (_options.Epochs - epoch + 1.0) * _batches.BatchCount - _totals.Steps;
        var remaining = TimeSpan.FromSeconds(stepsLeft * _options.BatchSize / rate);
        return new TrainingProgress(epoch, (int)_totals.Steps, _batches.BatchCount, _totals.Loss / _totals.Images, rate, remaining);
    }

    private bool HasStalled() =>
        _options.Patience > 0 && TrainingHistory.Best(_history) is { } best && _history.Count - best.Epoch >= _options.Patience;

    private void SaveLast() => _checkpoints.SaveLast(_trainStep, _history, _totals);
}
