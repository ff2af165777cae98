using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model.Layers;

namespace Fer.Core.Export;

/// <summary>The messages of an ONNX file; field numbers and type codes are those of onnx.proto (IR version 8).</summary>
internal static class OnnxMessages
{
    // The first versions with all operators in their present form; every runtime since the middle of 2022 knows them.
    private const long IrVersion = 8, OperatorSet = 17;

    private const long Float32 = 1;

    private enum AttributeType
    {
        Real = 1,
        Whole = 2,
        WholeList = 7,
    }

    /// <summary>ModelProto.</summary>
    public static ProtobufMessage Model(ProtobufMessage graph, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ProtobufMessage()
            .Add(1, IrVersion)
            .Add(2, "fer")
            .Add(7, graph)
            .Add(8, new ProtobufMessage().Add(1, "").Add(2, OperatorSet));
        foreach (var (key, value) in metadata)
        {
            model.Add(14, new ProtobufMessage().Add(1, key).Add(2, value));
        }

        return model;
    }

    /// <summary>GraphProto with one input and one output.</summary>
    public static ProtobufMessage Graph(string name, InferenceGraph graph, ProtobufMessage input, ProtobufMessage output)
    {
        var message = new ProtobufMessage();
        foreach (var node in graph.Nodes)
        {
            message.Add(1, Node(node));
        }

        message.Add(2, name);
        foreach (var (constant, tensor) in graph.Constants)
        {
            message.Add(5, Tensor(constant, tensor));
        }

        return message.Add(11, input).Add(12, output);
    }

    /// <summary>ValueInfoProto of float32 values whose first dimension is the batch.</summary>
    /// <param name="name">The name of the input or output.</param>
    /// <param name="meaning">What it is, for people.</param>
    /// <param name="dimensions">The dimensions behind the batch.</param>
    public static ProtobufMessage Value(string name, string meaning, params ReadOnlySpan<long> dimensions)
    {
        var shape = new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, "batch"));
        foreach (var dimension in dimensions)
        {
            shape.Add(1, new ProtobufMessage().Add(1, dimension));
        }

        var tensor = new ProtobufMessage().Add(1, Float32).Add(2, shape);
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, tensor)).Add(3, meaning);
    }

    /// <summary>NodeProto, named after its output.</summary>
    private static ProtobufMessage Node(GraphNode node)
    {
        var message = new ProtobufMessage();
        foreach (var input in node.Inputs)
        {
            message.Add(1, input);
        }

        message.Add(2, node.Output).Add(3, node.Output).Add(4, node.Operator);
        foreach (var (name, value) in node.Attributes)
        {
            message.Add(5, Attribute(name, value));
        }

        return message;
    }

    /// <summary>AttributeProto.</summary>
    private static ProtobufMessage Attribute(string name, object value)
    {
        var message = new ProtobufMessage().Add(1, name);
        switch (value)
        {
            case float real:
                return message.Add(2, real).Add(20, (long)AttributeType.Real);
            case long whole:
                return message.Add(3, whole).Add(20, (long)AttributeType.Whole);
            case long[] list:
                foreach (var whole in list)
                {
                    message.Add(8, whole);
                }

                return message.Add(20, (long)AttributeType.WholeList);
            default:
                throw new NotSupportedException($"a {value.GetType()} is no attribute of a node");
        }
    }

    /// <summary>TensorProto of float32 elements.</summary>
    private static ProtobufMessage Tensor(string name, StoredTensor tensor)
    {
        var message = new ProtobufMessage();
        foreach (var dimension in tensor.Shape)
        {
            message.Add(1, dimension);
        }

        return message.Add(2, Float32).Add(8, name).Add(9, tensor.Data);
    }
}
