using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Model.Layers;

namespace Fer.Core.Checkpoints;

/// <summary>Everything that detection and evaluation need to know about a trained network.</summary>
/// <param name="Architecture">Name and numbers that rebuild the network.</param>
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

    /// <summary>Divides the logits before the softmax, so that a probability of 80 % is right 80 times in 100.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What training needs to go on, in <c>last.pt</c> only: plain values, lists, dictionaries and tensors.</summary>
    public OrderedDictionary<string, object?>? Training { get; init; }

    /// <summary>Refuses a small file that names a large network, before memory is taken for it.</summary>
    /// <exception cref="FerException">The weights are fewer than the architecture's convolutions need.</exception>
    public void RejectTooFewWeights()
    {
        var elements = Weights.Values.Sum(weight => (long)weight.Data.Length / StoredTensor.SizeOf(weight.Type));
        if (elements < Architecture.ConvolutionWeights)
        {
            throw Misfit($"the weights are {elements} numbers, too few for this {Architecture.Name}");
        }
    }

    /// <summary>Adds the network to a graph, once its weights are found to fit.</summary>
    /// <param name="graph">Receives the nodes; the names of its parameters are keys of <see cref="Weights"/>.</param>
    /// <param name="input">The name of the normalized faces.</param>
    /// <returns>The name of the logits, before <see cref="Temperature"/>.</returns>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the image size.</exception>
    internal string Describe(NetworkGraph graph, string input)
    {
        RejectTooFewWeights();
        try
        {
            Architecture.RequireSize(Preprocessing.Size);
            var logits = Architecture.Describe(graph, "", input, Labels.Count);
            WeightCheck.RequireFit(graph.Parameters, Weights);
            return logits;
        }
        catch (FerException failure)
        {
            throw Misfit(failure.Message);
        }
    }

    /// <summary>The network with the stored weights, on the CPU, in evaluation mode; the caller disposes it.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture, the labels or the image size.</exception>
    public EmotionNetwork BuildNetwork()
    {
        Describe(new NetworkGraph(), "");
        var network = Architecture.Build(Labels.Count, Preprocessing.Size);
        StateDictionary.Apply(network, Weights);
        network.eval();
        return network;
    }

    private FerException Misfit(string reason) => new($"{Name} does not fit together: {reason}; train it anew, or name another file");
}
