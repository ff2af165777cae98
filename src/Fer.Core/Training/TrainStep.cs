using System.Diagnostics;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>Seconds that the parts of the steps took so far.</summary>
internal sealed record StepTimes(double Forward = 0, double Backward = 0, double Update = 0);

/// <summary>
/// A network that learns, batch by batch: forward, backward, optimizer, average. What a step does depends on the
/// weights, the batch and (seed, epoch, step) alone.
/// </summary>
internal sealed class TrainStep : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Architecture _architecture;
    private readonly FacePreprocessor _preprocessor;
    private readonly Device _device;
    private readonly int _stepsPerEpoch;
    private readonly bool _mirrors;
    private readonly ExponentialMovingAverage? _average;
    private readonly Optimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly Tensor? _classWeights;
    private Tensor _targets;
    private Teachers? _teachers;

    public TrainStep(TrainingOptions options, Architecture architecture, FaceDataset train, Preprocessing preprocessing, int stepsPerEpoch)
    {
        (_options, _architecture) = (options, architecture);
        _preprocessor = new FacePreprocessor(preprocessing);
        _stepsPerEpoch = stepsPerEpoch;
        // Where a face and its mirror image are to be read alike.
        _mirrors = Augmentation.Named[options.Augment].Mirror > 0;
        _device = DeviceChoice.Resolve(options.Device);
        Precision = PrecisionChoice.Resolve(options.Precision, _device.type == DeviceType.CUDA);
        // The one generator of libtorch that is used: it draws the first weights.
        manual_seed((long)options.Seed);
        Network = Build(train.Labels.Count);
        _average = options.Ema > 0 ? new ExponentialMovingAverage(Network, CopyOf(Network, train.Labels.Count), options.Ema) : null;
        _optimizer = Optimizer.Create(options.Optimizer, Network.named_parameters().Select(p => (p.name, p.parameter)), options.WeightDecay);
        _schedule = new LearningRateSchedule(options.Schedule, options.LearningRate, options.Epochs * stepsPerEpoch, options.WarmUp);
        _classWeights = options.ClassWeights ? InverseCounts(train).to(_device) : null;
        _targets = SoftTargets.OfLabels(train, options.LabelSmoothing).to(_device);
    }

    /// <summary>The network whose weights the gradients move.</summary>
    public EmotionNetwork Network { get; }

    /// <summary>The network that is evaluationNetwork and kept: the average of the weights, or the network itself.</summary>
    public EmotionNetwork EvaluationNetwork => _average?.Network ?? Network;

    public Precision Precision { get; }

    public Device Device => _device;

    public StepTimes Times { get; private set; } = new();

    /// <summary>The learning rate of the last step of an epoch.</summary>
    public double LearningRateAfter(int epoch) => _schedule.At(epoch * _stepsPerEpoch - 1);

    /// <summary>Learns from one batch.</summary>
    /// <returns>The mean loss, and how many faces were read rightly.</returns>
    /// <exception cref="FerException">The loss is not finite; the weights are as before.</exception>
    public (double Loss, long Correct) Step(Batch batch, int epoch, int step)
    {
        using var scope = NewDisposeScope();
        var started = Stopwatch.GetTimestamp();
        Network.Masks.Begin(_options.Seed, epoch, step);
        var done = (epoch - 1) * _stepsPerEpoch + step;
        var target = batch.Targets.to(_device);
        var mixup = Mixup.Draw(_options.Mixup, _options.Seed, epoch, step);
        var faces = mixup.Blend(batch.Pixels.to(_device));
        var targets = mixup.Blend(_targets.index_select(0, batch.Indices.to(_device)));
        targets = _teachers?.Complete(targets, faces, done, _mirrors) ?? targets;
        var logits = Network.call(_preprocessor.Normalize(faces));
        var loss = Loss(logits, targets, mixup.Blend(_classWeights?.index_select(0, target)));
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new FerException($"the loss is not finite any more (epoch {epoch}, step {step + 1}); {_options.Output} holds the checkpoints from before: lower --lr and train anew");
        }

        var forward = Stopwatch.GetTimestamp();
        loss.backward();
        var backward = Stopwatch.GetTimestamp();
        _optimizer.Step(_schedule.At(done));
        _average?.Update(done + 1);
        var correct = logits.argmax(1).eq(target).sum().item<long>();
        Times = new StepTimes(
            Times.Forward + Stopwatch.GetElapsedTime(started, forward).TotalSeconds,
            Times.Backward + Stopwatch.GetElapsedTime(forward, backward).TotalSeconds,
            Times.Update + Stopwatch.GetElapsedTime(backward).TotalSeconds);
        return (value, correct);
    }

    /// <summary>
    /// Mean cross-entropy. Weights are the faces', by their labels: weighing the classes within soft targets would ask
    /// for a rare label in every face.
    /// </summary>
    internal static Tensor Loss(Tensor logits, Tensor targets, Tensor? weights) => weights is null
        ? nn.functional.cross_entropy(logits, targets)
        : (nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum() / weights.sum();

    /// <summary>Makes the evaluationNetwork network ready to be evaluationNetwork.</summary>
    /// <param name="faces">Training faces as they are.</param>
    public void RecalibrateBatchNorm(FaceDataset faces) => BatchNormRecalibration.Refresh(EvaluationNetwork, StatisticsInputs(faces));

    /// <summary>Optimizer and average as plain values; the network's own weights are the checkpoint's.</summary>
    public OrderedDictionary<string, object?> Save()
    {
        var saved = new OrderedDictionary<string, object?> { ["optimizer"] = _optimizer.Save() };
        if (_average is not null)
        {
            var average = new OrderedDictionary<string, object?>();
            foreach (var (name, tensor) in StateDictionary.Capture(_average.Network))
            {
                average.Add(name, tensor);
            }

            saved["average"] = average;
        }

        return saved;
    }

    /// <summary>Begins with the weights of a trained network instead of drawn ones.</summary>
    /// <exception cref="FerException">They are of another network.</exception>
    public void Begin(IReadOnlyDictionary<string, StoredTensor> weights)
    {
        StateDictionary.Apply(Network, weights);
        if (_average is not null)
        {
            StateDictionary.Apply(_average.Network, weights);
        }
    }

    /// <summary>Asks for other answers than the labels from now on.</summary>
    /// <param name="targets"><c>[faces, labels]</c>, what stands of the probabilities before the training; the trainStep owns it.</param>
    /// <param name="teachers">Say the rest; the trainStep owns them.</param>
    public void Aim(Tensor targets, Teachers teachers)
    {
        _targets.Dispose();
        _targets = targets.to(_device);
        _teachers = teachers;
    }

    /// <summary>Takes over what <see cref="Save"/> gave, and the network's weights.</summary>
    /// <exception cref="FerException">They are of another training.</exception>
    public void Load(IReadOnlyDictionary<string, StoredTensor> weights, StoredValues saved)
    {
        StateDictionary.Apply(Network, weights);
        _optimizer.Load(saved.Part("optimizer"));
        if (_average is not null)
        {
            StateDictionary.Apply(_average.Network, saved.Part("average").Tensors());
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Network.Dispose();
        Network.Dispose();
        _classWeights?.Dispose();
        _targets.Dispose();
        _teachers?.Dispose();
    }

    private IEnumerable<Tensor> StatisticsInputs(FaceDataset faces)
    {
        foreach (var batch in BatchLoader.InOrder(faces, _options.BatchSize, TestTimeView.SingleCrop[0]))
        {
            using (batch)
            {
                using var pixels = batch.Pixels.to(_device);
                yield return _preprocessor.Normalize(pixels);
            }
        }
    }

    private EmotionNetwork Build(int labels)
    {
        var network = _architecture.Build(labels, _options.Size);
        network.Precision = Precision;
        network.to(_device);
        return network;
    }

    private EmotionNetwork CopyOf(EmotionNetwork network, int labels)
    {
        var copy = Build(labels);
        StateDictionary.Apply(copy, StateDictionary.Capture(network));
        return copy;
    }

    private static Tensor InverseCounts(FaceDataset dataset) => tensor(Array.ConvertAll(
        [.. Enumerable.Range(0, dataset.Labels.Count)],
        label => (float)dataset.Count / (dataset.Labels.Count * Math.Max(1, dataset.Targets.Count(target => target == label)))));
}
