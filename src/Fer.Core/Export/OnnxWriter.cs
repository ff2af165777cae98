using Fer.Core.Checkpoints;

namespace Fer.Core.Export;

/// <summary>
/// Writes a checkpoint as ONNX, from pixels to probabilities: preprocessing, temperature and softmax are part of the
/// graph, so that the program that runs it cannot do them differently.
/// </summary>
public static class OnnxWriter
{
    /// <summary>The input: <c>[batch, 1, size, size]</c>, float32, gray pixels 0..255. The batch may have any size.</summary>
    public const string InputName = InferenceGraph.Input;

    /// <summary>The output: <c>[batch, labels]</c>, float32, each row with the sum 1.</summary>
    public const string OutputName = InferenceGraph.Probabilities;

    /// <summary>Writes the network in evaluation mode; labels, architecture and metrics go into the model's metadata as JSON.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    /// <exception cref="IOException">The stream cannot take it.</exception>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        var output = OnnxMessages.Value(OutputName, "of the labels, after temperature and softmax", checkpoint.Labels.Count);
        Model(checkpoint, InferenceGraph.ToProbabilities(checkpoint), output).WriteTo(stream);
    }

    /// <summary>A file in memory that ends at the logits (<see cref="InferenceGraph.Logits"/>), for inference in this process.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    internal static byte[] WriteLogits(Checkpoint checkpoint)
    {
        var model = Model(checkpoint, InferenceGraph.ToLogits(checkpoint), OnnxMessages.Value(InferenceGraph.Logits, "of the labels", checkpoint.Labels.Count));
        var file = new byte[model.Length];
        using var stream = new MemoryStream(file);
        model.WriteTo(stream);
        return file;
    }

    private static ProtobufMessage Model(Checkpoint checkpoint, InferenceGraph graph, ProtobufMessage output)
    {
        var input = OnnxMessages.Value(InputName, "gray pixels, 0 to 255", 1, checkpoint.Preprocessing.Size, checkpoint.Preprocessing.Size);
        var message = OnnxMessages.Graph(checkpoint.Architecture.Name, graph, input, output);
        return OnnxMessages.Model(message, CheckpointMetadata.OfNetwork(checkpoint));
    }
}
