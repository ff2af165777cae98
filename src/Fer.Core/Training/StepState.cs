using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>What a training step changes, in managed memory: a training run begins with it and saves it.</summary>
/// <param name="Weights">State dictionary of the network being trained.</param>
/// <param name="Average">State dictionary of the exponential moving average; null in a training run without one.</param>
/// <param name="Optimizer">Step count and moments; null before the first step.</param>
internal sealed record StepState(
    OrderedDictionary<string, StoredTensor> Weights,
    OrderedDictionary<string, StoredTensor>? Average,
    OptimizerState? Optimizer)
{
    /// <summary>What the teachers have predicted so far, <c>[views, images, labels]</c>; null unless that is kept.</summary>
    public StoredTensor? TeacherPredictions { get; init; }

    /// <summary>What is said before the reason if the state does not fit the training; null for random weights, which always do.</summary>
    public string? Misfit { get; init; }

    /// <summary>Random weights, before the first step.</summary>
    /// <exception cref="FerException">The architecture cannot take images of this size.</exception>
    public static StepState Random(Architecture architecture, int labels, int size, ulong seed)
    {
        // The only use of libtorch's random number generator.
        manual_seed((long)seed);
        using var network = architecture.Build(labels, size);
        return BeforeFirstStep(StateDictionary.Capture(network));
    }

    /// <summary>The weights of a trained network, before the first step.</summary>
    public static StepState BeforeFirstStep(OrderedDictionary<string, StoredTensor> weights) => new(weights, weights, Optimizer: null);
}
