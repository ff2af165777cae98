using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model.Layers;
using Google.Protobuf;

namespace Fer.Core.Export;

/// <summary>
/// Writes a checkpoint as an ONNX model from pixels to probabilities. Normalization, temperature and softmax are part of
/// the graph, so that other programs cannot do them differently.
/// </summary>
public static class OnnxWriter
{
    /// <summary>The input: <c>[batch, 1, size, size]</c>, float32, grayscale pixels 0..255, for any batch size.</summary>
    public const string InputName = "faces";

    /// <summary>The output: <c>[batch, labels]</c>, float32, each row sums to 1.</summary>
    public const string OutputName = "probabilities";

    /// <summary>Writes the network in evaluation mode; labels, architecture and metrics go into the model's metadata as JSON.</summary>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        using var network = checkpoint.BuildNetwork();
        var graph = new NetworkGraph();
        var scaled = graph.Add("Mul", [InputName, "scale"]);
        var logits = network.AddToGraph(graph, "", graph.Add("Sub", [scaled, "shift"]));
        graph.AddNamed(OutputName, "Softmax", [graph.Add("Div", [logits, "temperature"])], ("axis", 1L));

        // Not the checkpoint's own tensors: those may be float16 or float64, the network is float32.
        var constants = StateDictionary.Capture(network);
        constants["scale"] = StoredTensor.Single(checkpoint.Preprocessing.Scale);
        constants["shift"] = StoredTensor.Single(checkpoint.Preprocessing.Shift);
        constants["temperature"] = StoredTensor.Single(checkpoint.Temperature);
        var message = OnnxModelBuilder.Graph(
            checkpoint.Architecture.Name,
            graph,
            constants.Where(constant => graph.Nodes.Any(node => node.Inputs.Contains(constant.Key))),
            OnnxModelBuilder.Value(InputName, "grayscale pixels, 0 to 255", 1, checkpoint.Preprocessing.Size, checkpoint.Preprocessing.Size),
            OnnxModelBuilder.Value(OutputName, "probability of each label, after temperature scaling and softmax", checkpoint.Labels.Count));
        OnnxModelBuilder.Model(message, CheckpointMetadata.OfNetwork(checkpoint)).WriteTo(stream);
    }
}
