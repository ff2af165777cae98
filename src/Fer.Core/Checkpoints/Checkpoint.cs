using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Model.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Checkpoints;

/// <summary>A trained network with everything that inference and evaluation need.</summary>
/// <param name="Architecture">Name and hyperparameters that rebuild the network.</param>
/// <param name="Labels">The classes, in the order of the outputs.</param>
/// <param name="Preprocessing">How an image becomes input.</param>
/// <param name="Metrics">What was measured when it was saved, by name (<c>epoch</c>, <c>validation_accuracy</c>, ...).</param>
/// <param name="Weights">The state dictionary: parameters and batch-norm statistics under their module names.</param>
public sealed record Checkpoint(
    Architecture Architecture,
    LabelSet Labels,
    Preprocessing Preprocessing,
    IReadOnlyDictionary<string, double> Metrics,
    OrderedDictionary<string, StoredTensor> Weights)
{
    /// <summary>The file that it was read from, for messages.</summary>
    public string Name { get; init; } = "the checkpoint";

    /// <summary>Divides the logits before the softmax, so that confidence matches accuracy (temperature scaling).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Which network it was trained further from, in words; null for random initialization and in older files.</summary>
    public string? Origin { get; init; }

    /// <summary>What a training run needs to resume, in <c>last.pt</c> only: plain values, lists, dictionaries and tensors.</summary>
    public OrderedDictionary<string, object?>? Training { get; init; }

    /// <summary>
    /// The same with kernels and matrices, which are nearly all of a network, in half precision; the rest is unchanged, because
    /// batch-norm statistics may be out of its range.
    /// </summary>
    /// <exception cref="FerException">A weight is out of the range of half precision.</exception>
    public Checkpoint InHalfPrecision() => this with
    {
        Weights = new(Weights.Select(weight => KeyValuePair.Create(
            weight.Key,
            (weight.Value is { Shape.Count: >= 2, Type: StoredType.Float32 } matrix ? matrix.ToFloat16() : weight.Value)
                ?? throw new FerException($"{Name}: '{weight.Key}' holds numbers beyond half precision; train the network again")))),
    };

    /// <summary>Refuses a small file that claims a large network, before memory is allocated for it.</summary>
    /// <exception cref="FerException">The weights are fewer than the architecture's convolutions need.</exception>
    public void RejectTooFewWeights()
    {
        var elements = Weights.Values.Sum(weight => (long)weight.Data.Length / StoredTensor.SizeOf(weight.Type));
        if (elements < Architecture.ConvolutionWeights)
        {
            throw Inconsistent($"the state dictionary has {elements} elements, too few for this {Architecture.Name}");
        }
    }

    /// <summary>Checks the weights and adds the operators of the network to a graph.</summary>
    /// <param name="graph">Receives the nodes; its parameters are the keys of <see cref="Weights"/>.</param>
    /// <param name="input">The name of the normalized faces.</param>
    /// <returns>The name of the logits, before <see cref="Temperature"/>.</returns>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the image size.</exception>
    internal string AddToGraph(NetworkGraph graph, string input)
    {
        RejectTooFewWeights();
        try
        {
            Architecture.RequireSize(Preprocessing.Size);
            var logits = Architecture.AddToGraph(graph, "", input, Labels.Count);
            WeightCheck.RequireFit(graph.Parameters, Weights);
            return logits;
        }
        catch (FerException failure)
        {
            throw Inconsistent(failure.Message);
        }
    }

    /// <summary>Checks that the weights fit the architecture, without building the network.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the image size.</exception>
    internal void RequireFit() => AddToGraph(new NetworkGraph(), "");

    /// <summary>The network with the stored weights, in evaluation mode; the caller disposes of it.</summary>
    /// <param name="precision">The precision of convolutions and linear layers.</param>
    /// <param name="device">Where the network computes; null for the CPU.</param>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the image size.</exception>
    public EmotionNetwork BuildNetwork(Precision precision = Precision.Float32, Device? device = null)
    {
        RequireFit();
        var network = Architecture.Build(Labels.Count, Preprocessing.Size);
        StateDictionary.Apply(network, Weights);
        network.Precision = precision;
        if (device is not null)
        {
            network.to(device);
        }

        network.eval();
        return network;
    }

    private FerException Inconsistent(string reason) => new($"{Name} is inconsistent: {reason}; retrain it or use another file");
}
