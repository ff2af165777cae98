using Fer.Core.Checkpoints.Torch;
using Fer.Core.Export.Onnx;
using Fer.Core.Model.Layers;
using Google.Protobuf;
using static Fer.Core.Export.Onnx.AttributeProto.Types;
using static Fer.Core.Export.Onnx.TensorProto.Types;

namespace Fer.Core.Export;

/// <summary>Converts graphs and tensors to the messages of an ONNX file (<c>onnx.proto</c>).</summary>
internal static class OnnxModelBuilder
{
    // The first versions with the current form of all operators; every runtime since mid-2022 supports them.
    private const long IrVersion = 8, OperatorSet = 17;

    public static ModelProto Model(GraphProto graph, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "fer", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        model.MetadataProps.Add(metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    /// <summary>A graph with one input and one output.</summary>
    public static GraphProto Graph(string name, InferenceGraph graph, ValueInfoProto input, ValueInfoProto output)
    {
        var message = new GraphProto { Name = name };
        var halves = graph.Constants.Where(constant => constant.Value.Type == StoredType.Float16).Select(constant => constant.Key).ToList();
        message.Node.Add(halves.Select(name => Node(new GraphNode("Cast", [HalfName(name)], name, [("to", (long)DataType.Float)]))));
        message.Node.Add(graph.Nodes.Select(Node));
        message.Initializer.Add(graph.Constants.Select(constant => Tensor(constant.Key, constant.Value)));
        message.Input.Add(input);
        message.Output.Add(output);
        return message;
    }

    /// <summary>An input or output of float32 values whose first dimension is the batch size.</summary>
    /// <param name="name">The name of the input or output.</param>
    /// <param name="description">Documentation for people.</param>
    /// <param name="dimensions">The dimensions after the batch size.</param>
    public static ValueInfoProto Value(string name, string description, params IEnumerable<long> dimensions)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        shape.Dim.Add(dimensions.Select(dimension => new TensorShapeProto.Types.Dimension { DimValue = dimension }));
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor }, DocString = description };
    }

    /// <summary>A node, named after its output.</summary>
    private static NodeProto Node(GraphNode node)
    {
        var message = new NodeProto { Name = node.Output, OpType = node.Operator };
        message.Input.Add(node.Inputs);
        message.Output.Add(node.Output);
        message.Attribute.Add(node.Attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        return message;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        switch (value)
        {
            case float number:
                return new AttributeProto { Name = name, Type = AttributeType.Float, F = number };
            case long integer:
                return new AttributeProto { Name = name, Type = AttributeType.Int, I = integer };
            case long[] integers:
                var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
                attribute.Ints.Add(integers);
                return attribute;
            default:
                throw new NotSupportedException($"ONNX attributes of type {value.GetType()} are not supported");
        }
    }

    /// <summary>A float32 or float16 tensor. Its bytes are referenced, not copied, so that the weights are in memory only once.</summary>
    private static TensorProto Tensor(string name, StoredTensor tensor)
    {
        var message = new TensorProto { Name = name, DataType = (int)DataType.Float, RawData = UnsafeByteOperations.UnsafeWrap(tensor.Data) };
        if (tensor.Type == StoredType.Float16)
        {
            (message.Name, message.DataType) = (HalfName(name), (int)DataType.Float16);
        }

        message.Dims.Add(tensor.Shape);
        return message;
    }

    private static string HalfName(string name) => $"{name}.float16";
}
