namespace Fer.Core.Model.Layers;

/// <summary>One step of a network in the vocabulary of ONNX (https://onnx.ai/onnx/operators).</summary>
/// <param name="Operator">The operator's name, such as <c>Conv</c>.</param>
/// <param name="Inputs">Outputs of earlier nodes, or names of parameters or constants.</param>
/// <param name="Output">The name of the result.</param>
/// <param name="Attributes">Each a whole number, a list of whole numbers, or a <see cref="float"/>.</param>
internal sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, string Output, IReadOnlyList<(string Name, object Value)> Attributes);

/// <summary>What an entry of the state dictionary must look like.</summary>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="IsCounter">A 64-bit integer, which inference does not use.</param>
/// <param name="Least">The least value of a single number.</param>
/// <param name="Most">The greatest value of a single number.</param>
internal sealed record GraphParameter(IReadOnlyList<long> Shape, bool IsCounter = false, double Least = double.NegativeInfinity, double Most = double.PositiveInfinity)
{
    public bool IsBounded => !double.IsNegativeInfinity(Least);
}

/// <summary>
/// A network in evaluation mode as a list of standard operators, in the order of execution, and the weights that they
/// need. The architectures describe themselves in it, so that programs without libtorch can run them.
/// </summary>
internal sealed class NetworkGraph
{
    private readonly List<GraphNode> _nodes = [];
    private readonly OrderedDictionary<string, GraphParameter> _parameters = [];
    private readonly Dictionary<string, float> _constants = [];

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The entries of the state dictionary, in its order.</summary>
    public IReadOnlyDictionary<string, GraphParameter> Parameters => _parameters;

    /// <summary>Numbers that are part of the graph and not of the weights.</summary>
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

    /// <summary>The maximum of each 2x2 square.</summary>
    public string HalvingMaxPool(string input) => Add("MaxPool", [input], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));

    public string Relu(string input) => Add("Relu", [input]);
}
