namespace Fer.Core.Model.Layers;

/// <summary>An ONNX operator of a network (https://onnx.ai/onnx/operators).</summary>
/// <param name="Operator">The operator's name, such as <c>Conv</c>.</param>
/// <param name="Inputs">Outputs of earlier nodes, state-dictionary keys, or names of constants.</param>
/// <param name="Output">The name of the result.</param>
/// <param name="Attributes">Each value is a <see cref="long"/>, an array of them, or a <see cref="float"/>.</param>
internal sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, string Output, IReadOnlyList<(string Name, object Value)> Attributes);

/// <summary>The constraints on an entry of the state dictionary.</summary>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="IsCounter">Whether it is a 64-bit integer, which inference does not use.</param>
/// <param name="Min">The minimum of a single number.</param>
/// <param name="Max">The maximum of a single number.</param>
internal sealed record GraphParameter(IReadOnlyList<long> Shape, bool IsCounter = false, double Min = double.NegativeInfinity, double Max = double.PositiveInfinity)
{
    public bool IsBounded => !double.IsNegativeInfinity(Min);
}

/// <summary>
/// A network in evaluation mode as a list of ONNX operators in execution order, and the weights that they read, so that
/// programs without libtorch can run it.
/// </summary>
internal sealed class NetworkGraph
{
    private readonly List<GraphNode> _nodes = [];
    private readonly OrderedDictionary<string, GraphParameter> _parameters = [];
    private readonly Dictionary<string, float> _constants = [];

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The entries of the state dictionary, in its order.</summary>
    public IReadOnlyDictionary<string, GraphParameter> Parameters => _parameters;

    /// <summary>Numbers that belong to the graph, not to the weights.</summary>
    public IReadOnlyDictionary<string, float> Constants => _constants;

    /// <summary>Adds a node and returns the name of its output.</summary>
    public string Add(string operatorName, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes) =>
        AddNamed($"{operatorName}_{_nodes.Count}", operatorName, inputs, attributes);

    /// <summary>Adds a node whose output has a given name.</summary>
    public string AddNamed(string output, string operatorName, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes)
    {
        _nodes.Add(new GraphNode(operatorName, inputs, output, attributes));
        return output;
    }

    /// <summary>Declares an entry of the state dictionary and returns its name.</summary>
    public string Parameter(string name, GraphParameter parameter)
    {
        _parameters.Add(name, parameter);
        return name;
    }

    /// <summary>Declares floating point weights of a shape and returns their name.</summary>
    public string Parameter(string name, params IReadOnlyList<long> shape) => Parameter(name, new GraphParameter(shape));

    /// <summary>Sets a number and returns its name.</summary>
    public string Constant(string name, double value)
    {
        _constants[name] = (float)value;
        return name;
    }

    /// <summary>2x2 max pooling with stride 2.</summary>
    public string HalvingMaxPool(string input) => Add("MaxPool", [input], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));

    public string Relu(string input) => Add("Relu", [input]);
}
