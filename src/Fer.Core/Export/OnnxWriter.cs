using Fer.Core.Checkpoints;
using Fer.Core.Export.Onnx;
using Google.Protobuf;

namespace Fer.Core.Export;

/// <summary>
/// Writes a checkpoint as an ONNX model from pixels to probabilities. Normalization, temperature and softmax are part of
/// the graph, so that other programs cannot do them differently.
/// </summary>
public static class OnnxWriter
{
    /// <summary>The input: <c>[batch, 1, size, size]</c>, float32, grayscale pixels 0..255, for any batch size.</summary>
    public const string InputName = InferenceGraph.Input;

    /// <summary>The output: <c>[batch, labels]</c>, float32, each row sums to 1.</summary>
    public const string OutputName = InferenceGraph.Probabilities;

    /// <summary>Writes the network in evaluation mode; labels, architecture and metrics go into the model's metadata as JSON.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        var output = OnnxModelBuilder.Value(OutputName, "probability of each label, after temperature scaling and softmax", checkpoint.Labels.Count);
        Model(checkpoint, InferenceGraph.ToProbabilities(checkpoint), output).WriteTo(stream);
    }

    /// <summary>A model in memory that ends at the logits (<see cref="InferenceGraph.Logits"/>), for inference in this process.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    internal static byte[] WriteLogits(Checkpoint checkpoint)
    {
        var output = OnnxModelBuilder.Value(InferenceGraph.Logits, "logit of each label, before temperature scaling", checkpoint.Labels.Count);
        return Model(checkpoint, InferenceGraph.ToLogits(checkpoint), output).ToByteArray();
    }

    private static ModelProto Model(Checkpoint checkpoint, InferenceGraph graph, ValueInfoProto output)
    {
        var size = checkpoint.Preprocessing.Size;
        var input = OnnxModelBuilder.Value(InputName, "grayscale pixels, 0 to 255", 1, size, size);
        var message = OnnxModelBuilder.Graph(checkpoint.Architecture.Name, graph, input, output);
        return OnnxModelBuilder.Model(message, CheckpointMetadata.OfNetwork(checkpoint));
    }
}
