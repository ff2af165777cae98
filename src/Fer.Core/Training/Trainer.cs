using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

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
/// <param name="Predictions">Of the validation pictures.</param>
/// <param name="IsBest">Whether this is the best epoch so far.</param>
public sealed record EpochEnd(IReadOnlyList<EpochMetrics> History, Predictions Predictions, bool IsBest);

/// <summary>Trains a network on a data set, and keeps <c>fer.pt</c> (best) and <c>last.pt</c> (to go on) in the run folder.</summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly TrainingData _data;
    private readonly Architecture _architecture;
    private readonly Preprocessing _preprocessing;
    private readonly FacePreprocessor _preprocessor;
    private readonly BatchLoader _batches;
    private readonly Device _device;
    private readonly EmotionNetwork _network;
    private readonly WeightAverage? _average;
    private readonly Optimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly Tensor? _classWeights;
    private readonly List<EpochMetrics> _history = [];
    private EpochTotals _totals = new();

    /// <summary>Prepares a training from its beginning.</summary>
    /// <exception cref="FerException">The options do not fit each other or this machine.</exception>
    public Trainer(TrainingOptions options, TrainingData data)
    {
        _options = options;
        _data = data;
        _architecture = Architecture.Named(options.Architecture);
        _preprocessing = options.Standardise ? data.Train.MeasurePreprocessing() : new Preprocessing(options.Size, 0, 1);
        _preprocessor = new FacePreprocessor(_preprocessing);
        if (!Augmentation.Named.TryGetValue(options.Augment, out var augmentation))
        {
            throw new FerException($"unknown augmentation '{options.Augment}'; known are {string.Join(", ", Augmentation.Named.Keys)}");
        }

        _batches = new BatchLoader(data.Train, options.BatchSize, options.Seed, augmentation);
        _device = DeviceChoice.Resolve(options.Device);
        Precision = PrecisionChoice.Resolve(options.Precision, _device.type == DeviceType.CUDA);
        manual_seed((long)options.Seed);
        _network = Build();
        _average = options.Ema > 0 ? new WeightAverage(_network, Copy(_network), options.Ema) : null;
        _optimizer = Optimizer.Create(options.Optimizer, _network.named_parameters().Select(p => (p.name, p.parameter)), options.WeightDecay);
        _schedule = new LearningRateSchedule(options.Schedule, options.LearningRate, options.Epochs * _batches.BatchCount, options.WarmUp);
        _classWeights = options.ClassWeights ? InverseCounts(data.Train).to(_device) : null;
    }

    /// <summary>The number format in use.</summary>
    public Precision Precision { get; }

    /// <summary>The device in use.</summary>
    public string DeviceName => _device.type.ToString().ToLowerInvariant();

    /// <summary>Parameters that are learnt.</summary>
    public long ParameterCount => _network.parameters().Sum(parameter => parameter.NumberOfElements);

    /// <summary>All epochs so far.</summary>
    public IReadOnlyList<EpochMetrics> History => _history;

    private string LastPath => Path.Combine(_options.Output, "last.pt");

    private string BestPath => Path.Combine(_options.Output, "fer.pt");

    private EmotionNetwork Judged => _average?.Network ?? _network;

    /// <summary>Goes on where <c>last.pt</c> of the run folder stands.</summary>
    /// <exception cref="FerException">The file is missing or of another training.</exception>
    public void Resume()
    {
        var checkpoint = CheckpointStore.Load(LastPath);
        var saved = new SavedState(checkpoint.Training ?? throw new FerException($"{LastPath} holds no training to go on with"));
        StateDictionary.Apply(_network, checkpoint.Weights);
        _optimizer.Load(saved.Part("optimizer"));
        if (_average is not null)
        {
            StateDictionary.Apply(_average.Network, saved.Part("average").Tensors());
        }

        _history.Clear();
        _history.AddRange(TrainingHistory.Load(saved.List("history")));
        _totals = new EpochTotals(saved.Whole("step"), saved.Real("loss"), saved.Whole("correct"), saved.Whole("images"), saved.Real("seconds"));
    }

    /// <summary>Trains until the last epoch, or until nothing has improved for long enough.</summary>
    /// <returns>All epochs.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; <c>last.pt</c> holds the very step.</exception>
    /// <exception cref="FerException">The loss is no number any more, or a file cannot be written.</exception>
    public IReadOnlyList<EpochMetrics> Run(Action<TrainingProgress>? progress, Action<EpochEnd>? epochEnd, CancellationToken cancellation)
    {
        while (_history.Count < _options.Epochs && !HasStalled())
        {
            var epoch = _history.Count + 1;
            TrainEpoch(epoch, progress, cancellation);
            var (metrics, predictions) = Validate(epoch, cancellation);
            _history.Add(metrics);
            _totals = new EpochTotals();
            var isBest = TrainingHistory.Best(_history) == metrics;
            if (isBest)
            {
                CheckpointStore.Save(BestPath, Snapshot(Judged) with { Temperature = Calibration.FitTemperature(predictions) });
            }

            SaveLast();
            epochEnd?.Invoke(new EpochEnd(_history, predictions, isBest));
        }

        return _history;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Network.Dispose();
        _network.Dispose();
        _classWeights?.Dispose();
    }

    private void TrainEpoch(int epoch, Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        _network.train();
        var clock = Stopwatch.StartNew();
        var secondsBefore = _totals.Seconds;
        foreach (var batch in _batches.Epoch(epoch, (int)_totals.Steps))
        {
            using (batch)
            {
                if (cancellation.IsCancellationRequested)
                {
                    SaveLast();
                    throw new OperationCanceledException(cancellation);
                }

                var (loss, correct) = TrainStep(batch, epoch, (int)_totals.Steps);
                _totals = _totals.Add(loss, correct, (int)batch.Truth.shape[0], secondsBefore + clock.Elapsed.TotalSeconds);
            }

            progress?.Invoke(Progress(epoch));
        }
    }

    /// <summary>One step: forward, backward, optimizer, average.</summary>
    private (double Loss, long Correct) TrainStep(Batch batch, int epoch, int step)
    {
        using var scope = NewDisposeScope();
        _network.Masks.Begin(_options.Seed, epoch, step);
        var truth = batch.Truth.to(_device);
        var logits = _network.forward(_preprocessor.Standardise(batch.Pixels.to(_device)));
        var loss = nn.functional.cross_entropy(logits, truth, _classWeights, label_smoothing: _options.LabelSmoothing);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new FerException($"the loss is no number any more (epoch {epoch}, step {step + 1}); the checkpoints in {_options.Output} are those before it: lower --lr and start again");
        }

        loss.backward();
        var globalStep = (epoch - 1) * _batches.BatchCount + step;
        _optimizer.Step(_schedule.At(globalStep));
        _average?.Update(globalStep + 1);
        return (value, logits.argmax(1).eq(truth).sum().item<long>());
    }

    private (EpochMetrics Metrics, Predictions Predictions) Validate(int epoch, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        _average?.RefreshStatistics(StatisticsInputs());
        Predictions predictions;
        try
        {
            predictions = new Evaluator(Judged, _preprocessor, _device).Predict(_data.Validation, View.Plain, cancellation);
        }
        catch (OperationCanceledException)
        {
            SaveLast();
            throw;
        }

        var metrics = new EpochMetrics(
            epoch,
            _schedule.At(epoch * _batches.BatchCount - 1),
            _totals.Loss / _totals.Images,
            (double)_totals.Correct / _totals.Images,
            predictions.MeanLoss(),
            predictions.Accuracy(),
            _totals.Seconds + clock.Elapsed.TotalSeconds,
            _totals.Images / _totals.Seconds);
        return (metrics, predictions);
    }

    /// <summary>About 4,000 training faces as they are, to measure batch-norm statistics on.</summary>
    private IEnumerable<Tensor> StatisticsInputs()
    {
        const int faces = 4096;
        var order = new BatchLoader(_data.Train, faces, _options.Seed, new Augmentation()).Order(0);
        var sample = _data.Train.Subset([.. order.Take(faces)]);
        foreach (var batch in BatchLoader.InOrder(sample, 256, View.Plain[0]))
        {
            using (batch)
            {
                yield return _preprocessor.Standardise(batch.Pixels.to(_device));
            }
        }
    }

    private TrainingProgress Progress(int epoch)
    {
        var rate = _totals.Images / _totals.Seconds;
        var done = (epoch - 1.0) * _batches.BatchCount + _totals.Steps;
        var stepsLeft = (double)_options.Epochs * _batches.BatchCount - done;
        var remaining = TimeSpan.FromSeconds(stepsLeft * _options.BatchSize / rate);
        return new TrainingProgress(epoch, (int)_totals.Steps, _batches.BatchCount, _totals.Loss / _totals.Images, rate, remaining);
    }

    private bool HasStalled() =>
        _options.Patience > 0 && TrainingHistory.Best(_history) is { } best && _history.Count - best.Epoch >= _options.Patience;

    private void SaveLast()
    {
        var training = new OrderedDictionary<string, object?>
        {
            ["epoch"] = (long)_history.Count,
            ["step"] = _totals.Steps,
            ["loss"] = _totals.Loss,
            ["correct"] = _totals.Correct,
            ["images"] = _totals.Images,
            ["seconds"] = _totals.Seconds,
            ["history"] = TrainingHistory.Save(_history),
            ["optimizer"] = _optimizer.Save(),
        };
        if (_average is not null)
        {
            var average = new OrderedDictionary<string, object?>();
            foreach (var (name, tensor) in StateDictionary.Capture(_average.Network))
            {
                average.Add(name, tensor);
            }

            training["average"] = average;
        }

        CheckpointStore.Save(LastPath, Snapshot(_network) with { Training = training });
    }

    private Checkpoint Snapshot(EmotionNetwork network)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (_history.Count > 0)
        {
            var last = _history[^1];
            metrics["epoch"] = last.Epoch;
            metrics["validation_accuracy"] = last.ValidationAccuracy;
            metrics["validation_loss"] = last.ValidationLoss;
        }

        return new Checkpoint(_architecture, _data.Train.Labels, _preprocessing, metrics, StateDictionary.Capture(network));
    }

    private EmotionNetwork Build()
    {
        var network = _architecture.Build(_data.Train.Labels.Count, _options.Size);
        network.Precision = Precision;
        network.to(_device);
        return network;
    }

    private EmotionNetwork Copy(EmotionNetwork network)
    {
        var copy = Build();
        StateDictionary.Apply(copy, StateDictionary.Capture(network));
        return copy;
    }

    private static Tensor InverseCounts(FaceDataset dataset) => tensor(Array.ConvertAll(
        [.. Enumerable.Range(0, dataset.Labels.Count)],
        label => (float)dataset.Count / (dataset.Labels.Count * Math.Max(1, dataset.Truth.Count(truth => truth == label)))));
}
