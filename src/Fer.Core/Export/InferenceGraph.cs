using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model.Layers;

namespace Fer.Core.Export;

/// <summary>A checkpoint's network from grayscale pixels to its output, as ONNX operators and the constants that they read.</summary>
/// <param name="Nodes">The operators, in execution order. They compute in float32.</param>
/// <param name="Constants">Weights and numbers, by the names that the nodes read: float32, or float16 to be cast.</param>
internal sealed record InferenceGraph(IReadOnlyList<GraphNode> Nodes, IReadOnlyDictionary<string, StoredTensor> Constants)
{
    /// <summary>The input: <c>[batch, 1, size, size]</c>, float32, grayscale pixels 0..255.</summary>
    public const string Input = "faces";

    /// <summary>The output of <see cref="ToLogits"/>: <c>[batch, labels]</c>, before temperature scaling.</summary>
    public const string Logits = "logits";

    /// <summary>The output of <see cref="ToProbabilities"/>: <c>[batch, labels]</c>, each row sums to 1.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>From pixels to logits. Large weights of half precision stay so, which takes half of the memory.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    public static InferenceGraph ToLogits(Checkpoint checkpoint) =>
        Build(checkpoint, keepHalf: true, (graph, logits) => graph.AddNamed(Logits, "Identity", [logits]));

    /// <summary>From pixels to probabilities. All weights are float32, which every runtime reads.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    public static InferenceGraph ToProbabilities(Checkpoint checkpoint) => Build(checkpoint, keepHalf: false, (graph, logits) =>
        graph.AddNamed(Probabilities, "Softmax", [graph.Add("Div", [logits, graph.Constant("temperature", checkpoint.Temperature)])], ("axis", 1L)));

    private static InferenceGraph Build(Checkpoint checkpoint, bool keepHalf, Action<NetworkGraph, string> addOutput)
    {
        var graph = new NetworkGraph();
        var scaled = graph.Add("Mul", [Input, graph.Constant("scale", checkpoint.Preprocessing.Scale)]);
        var logits = checkpoint.AddToGraph(graph, graph.Add("Sub", [scaled, graph.Constant("shift", checkpoint.Preprocessing.Shift)]));
        addOutput(graph, logits);

        var constants = graph.Parameters.Where(parameter => !parameter.Value.IsCounter)
            .ToDictionary(parameter => parameter.Key, parameter => Constant(checkpoint.Weights[parameter.Key]));
        foreach (var (name, value) in graph.Constants)
        {
            constants[name] = StoredTensor.Single(value);
        }

        return new InferenceGraph(PoolingOrder.PoolLast(graph.Nodes, constants), constants);

        // The matrices hold nearly all of the weights.
        StoredTensor Constant(StoredTensor stored) => keepHalf && stored is { Type: StoredType.Float16, Shape.Count: > 1 } ? stored : stored.ToFloat32();
    }
}
