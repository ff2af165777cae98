using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>Seconds spent in the parts of all steps so far.</summary>
internal sealed record StepTimes(double Forward = 0, double Backward = 0, double Update = 0);

/// <summary>
/// One step of a training run: forward, backward, optimizer, moving average. What a step does depends only on the weights,
/// the batch and (seed, epoch, step).
/// </summary>
internal sealed class TrainStep : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Hardware _hardware;
    private readonly FacePreprocessor _preprocessor;
    private readonly int _stepsPerEpoch;
    private readonly TrainingTargets _targets;
    private readonly ExponentialMovingAverage? _average;
    private readonly Optimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly SharpnessAware? _sharpness;
    private readonly Tensor? _classWeights;
    private readonly Tensor? _logPriors;

    /// <param name="options">The hyperparameters.</param>
    /// <param name="hardware">Where to compute.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="state">The weights to begin with, or the state to resume from.</param>
    /// <param name="preprocessing">How images become the input.</param>
    /// <param name="train">The training images.</param>
    /// <param name="stepsPerEpoch">Batches in an epoch.</param>
    /// <param name="targets">What the network is trained to predict; disposed of with this.</param>
    /// <exception cref="FerException">The state is of another network or optimizer, or the architecture cannot take images of this size.</exception>
    public TrainStep(
        TrainingOptions options, Hardware hardware, Architecture architecture, StepState state, Preprocessing preprocessing, FaceDataset train, int stepsPerEpoch, TrainingTargets targets)
    {
        (_options, _hardware, _stepsPerEpoch, _targets) = (options, hardware, stepsPerEpoch, targets);
        try
        {
            _preprocessor = new FacePreprocessor(preprocessing);
            Network = Build(architecture, train.Labels.Count, state.Weights);
            if (options.Ema > 0)
            {
                var average = Build(architecture, train.Labels.Count, state.Average ?? throw new FerException("it has no moving average of the weights (--ema)"));
                _average = new ExponentialMovingAverage(Network, average, options.Ema);
            }

            var (outputLayer, frozenSteps) = ($"{architecture.OutputLayer}.", (long)options.EpochsOfLastLayer * stepsPerEpoch);
            _optimizer = Optimizer.Create(options.Optimizer, new ParameterGroup(Network.named_parameters().Select(p => (p.name, p.parameter)), options.WeightDecay)
            {
                FrozenSteps = name => name.StartsWith(outputLayer, StringComparison.Ordinal) ? 0 : frozenSteps,
            });
            if (state.Optimizer is not null)
            {
                _optimizer.Restore(state.Optimizer);
            }

            _schedule = new LearningRateSchedule(options.Schedule, options.LearningRate, (long)options.Epochs * stepsPerEpoch, options.WarmUp);
            _sharpness = options.Sam > 0 ? new SharpnessAware(Network, options.Sam) : null;
            using var scope = NewDisposeScope();
            using Scalar adjustment = options.LogitAdjustment;
            _logPriors = options.LogitAdjustment > 0 ? ClassWeights.LogFrequencies(train).mul_(adjustment).to(hardware.Device).DetachFromDisposeScope() : null;
            _classWeights = options.ClassWeights ? ClassWeights.InverseCounts(train).to(hardware.Device).DetachFromDisposeScope() : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The network being trained.</summary>
    public EmotionNetwork Network { get; }

    /// <summary>The network that is evaluated and kept: the moving average of the weights, or the network itself.</summary>
    public EmotionNetwork EvaluationNetwork => _average?.Network ?? Network;

    public Hardware Hardware => _hardware;

    public StepTimes Times { get; private set; } = new();

    /// <summary>The learning rate of the last step of an epoch.</summary>
    public double LearningRateAfter(int epoch) => _schedule.At((long)epoch * _stepsPerEpoch - 1);

    /// <summary>Trains on one batch.</summary>
    /// <param name="batch">The augmented images.</param>
    /// <param name="epoch">1 for the first.</param>
    /// <param name="step">0 for the first of the epoch.</param>
    /// <returns>The mean loss, and how many images were predicted correctly.</returns>
    /// <exception cref="FerException">The loss is not finite; the weights are unchanged.</exception>
    public (double Loss, long Correct) Step(Batch batch, int epoch, int step)
    {
        using var scope = NewDisposeScope();
        var started = Stopwatch.GetTimestamp();
        Network.Masks.Begin(_options.Seed, epoch, step);
        var totalSteps = (epoch - 1L) * _stepsPerEpoch + step;
        var labels = batch.Targets.to(_hardware.Device);
        var mixup = Mixup.Draw(_options, epoch, step);
        var faces = mixup.BlendImages(batch.Pixels.to(_hardware.Device));
        var targets = _targets.Of(batch, mixup, faces, epoch, totalSteps);
        var weights = mixup.Blend(_classWeights?.index_select(0, labels));
        var input = _preprocessor.Normalize(faces);
        var logits = Network.call(input);
        var loss = Loss(Adjusted(logits), targets, weights);
        var value = Finite(loss);
        var forward = Stopwatch.GetTimestamp();
        loss.backward();
        if (epoch > _options.EpochsOfLastLayer)
        {
            _sharpness?.ReplaceGradients(() =>
            {
                // With the same dropout.
                Network.Masks.Begin(_options.Seed, epoch, step);
                var highest = Loss(Adjusted(Network.call(input)), targets, weights);
                Finite(highest);
                highest.backward();
            });
        }

        var backward = Stopwatch.GetTimestamp();
        _optimizer.Step(_schedule.At(totalSteps));
        _average?.Update(totalSteps + 1);
        var correct = logits.argmax(1).eq(labels).sum().item<long>();
        Times = new StepTimes(
            Times.Forward + Stopwatch.GetElapsedTime(started, forward).TotalSeconds,
            Times.Backward + Stopwatch.GetElapsedTime(forward, backward).TotalSeconds,
            Times.Update + Stopwatch.GetElapsedTime(backward).TotalSeconds);
        return (value, correct);

        float Finite(Tensor loss) => loss.item<float>() is var value && float.IsFinite(value)
            ? value
            : throw NotFinite($"the loss is not finite (epoch {epoch}, step {step + 1})");
    }

    /// <summary>
    /// Mean cross-entropy. The weights are per image, by its label: class weights within soft targets would pull every
    /// image toward the rare labels.
    /// </summary>
    /// <param name="logits"><c>[batch, labels]</c>.</param>
    /// <param name="targets"><c>[batch, labels]</c>, probabilities.</param>
    /// <param name="weights"><c>[batch]</c>, or null for equal weights.</param>
    internal static Tensor Loss(Tensor logits, Tensor targets, Tensor? weights)
    {
        if (weights is null)
        {
            return nn.functional.cross_entropy(logits, targets);
        }

        var losses = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None);
        return (losses * weights).sum() / weights.sum();
    }

    /// <summary>Recomputes the batch-norm statistics of the evaluation network.</summary>
    /// <param name="faces">Training images, without augmentation.</param>
    public void RecalibrateBatchNorm(FaceDataset faces) => BatchNormRecalibration.Refresh(EvaluationNetwork, PlainInputs(faces));

    /// <summary>Makes sure that the weights can be saved.</summary>
    /// <exception cref="FerException">The last step made one infinite or NaN, which the loss of the next step would show.</exception>
    public void RequireFinite()
    {
        if (!StateDictionary.IsFinite(Network) || (_average is not null && !StateDictionary.IsFinite(_average.Network)))
        {
            throw NotFinite("the weights or batch-norm statistics are not finite");
        }
    }

    /// <summary>Copies out what <see cref="Step"/> changes.</summary>
    public StepState Capture() =>
        new(StateDictionary.Capture(Network), _average is null ? null : StateDictionary.Capture(_average.Network), _optimizer.Capture())
        {
            TeacherPredictions = _targets.CapturePredictions(),
        };

    public void Dispose()
    {
        // Null where the constructor failed.
        _optimizer?.Dispose();
        _average?.Network.Dispose();
        Network?.Dispose();
        _classWeights?.Dispose();
        _logPriors?.Dispose();
        _targets.Dispose();
    }

    private FerException NotFinite(string what) =>
        new($"{what}: lower --lr{(_options.Sam > 0 ? " or --sam" : "")} and restart the training; {_options.Output} keeps the checkpoints from before");

    /// <summary>With the logit adjustment, if there is one.</summary>
    private Tensor Adjusted(Tensor logits) => _logPriors is null ? logits : logits.add(_logPriors, Scalars.One);

    private IEnumerable<Tensor> PlainInputs(FaceDataset faces)
    {
        foreach (var batch in BatchLoader.InOrder(faces, _options.BatchSize, TestTimeView.SingleCrop[0]))
        {
            using (batch)
            {
                using var pixels = batch.Pixels.to(_hardware.Device);
                yield return _preprocessor.Normalize(pixels);
            }
        }
    }

    private EmotionNetwork Build(Architecture architecture, int labels, IReadOnlyDictionary<string, StoredTensor> weights)
    {
        var network = architecture.Build(labels, _options.Size);
        StateDictionary.Apply(network, weights);
        network.Precision = _hardware.Precision;
        network.to(_hardware.Device);
        return network;
    }
}
