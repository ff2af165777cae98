namespace Fer.Core.Model.Layers;

/// <summary>An ONNX operator of a network (https://onnx.ai/onnx/operators).</summary>
/// <param name="Operator">The operator's name, such as <c>Conv</c>.</param>
/// <param name="Inputs">Outputs of earlier nodes, or state-dictionary keys.</param>
/// <param name="Output">The name of the result.</param>
/// <param name="Attributes">Each value is a <see cref="long"/>, an array of them, or a <see cref="float"/>.</param>
internal sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, string Output, IReadOnlyList<(string Name, object Value)> Attributes);

/// <summary>
/// A network in evaluation mode as a list of ONNX operators in execution order, from which it can be exported for
/// programs without libtorch.
/// </summary>
internal sealed class NetworkGraph
{
    private readonly List<GraphNode> _nodes = [];

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Adds a node and returns the name of its output.</summary>
    public string Add(string operatorName, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes) =>
        AddNamed($"{operatorName}_{_nodes.Count}", operatorName, inputs, attributes);

    /// <summary>Adds a node whose output has a given name.</summary>
    public string AddNamed(string output, string operatorName, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes)
    {
        _nodes.Add(new GraphNode(operatorName, inputs, output, attributes));
        return output;
    }

    /// <summary>2x2 max pooling with stride 2.</summary>
    public string HalvingMaxPool(string input) => Add("MaxPool", [input], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));

    public string Relu(string input) => Add("Relu", [input]);
}
