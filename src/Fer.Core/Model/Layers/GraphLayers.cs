namespace Fer.Core.Model.Layers;

/// <summary>The layers of the networks as ONNX operators; the weights have the names of the modules' fields.</summary>
internal static class GraphLayers
{
    // PyTorch's default for batch norm, used in training.
    private const float Epsilon = 1e-5f;

    /// <summary><see cref="Convolution"/>.</summary>
    public static string Convolution(this NetworkGraph graph, string name, string input, int inputs, int outputs, int kernel, bool padded, bool biased)
    {
        var padding = padded ? kernel / 2 : 0L;
        List<string> operands = [input, graph.Parameter($"{name}.weight", outputs, inputs, kernel, kernel)];
        if (biased)
        {
            operands.Add(graph.Parameter($"{name}.bias", outputs));
        }

        return graph.Add("Conv", operands, ("kernel_shape", new long[] { kernel, kernel }), ("pads", new[] { padding, padding, padding, padding }));
    }

    /// <summary><see cref="ConvBatchNorm"/>, with max pooling and ReLU if <paramref name="pooled"/>.</summary>
    public static string ConvBatchNorm(this NetworkGraph graph, string name, string input, int inputs, int outputs, bool pooled, int rank = 0)
    {
        var x = graph.Convolution($"{name}.conv", input, inputs, rank > 0 ? rank : outputs, 3, padded: true, biased: false);
        if (rank > 0)
        {
            x = graph.Convolution($"{name}.expand", x, rank, outputs, 1, padded: false, biased: false);
        }

        x = BatchNorm(graph, $"{name}.norm", pooled ? graph.HalvingMaxPool(x) : x, outputs);
        return pooled ? graph.Relu(x) : x;
    }

    /// <summary><see cref="Linear"/>.</summary>
    public static string Linear(this NetworkGraph graph, string name, string input, int inputs, int outputs) => graph.Add(
        "Gemm", [input, graph.Parameter($"{name}.weight", outputs, inputs), graph.Parameter($"{name}.bias", outputs)], ("transB", 1L));

    /// <summary><see cref="SqueezeExcitation"/>.</summary>
    public static string SqueezeExcitation(this NetworkGraph graph, string name, string input, int channels, int squeezed)
    {
        var x = graph.Add("GlobalAveragePool", [input]);
        x = graph.Relu(graph.Convolution($"{name}.squeeze", x, channels, squeezed, 1, padded: false, biased: true));
        x = graph.Convolution($"{name}.excite", x, squeezed, channels, 1, padded: false, biased: true);
        return graph.Add("Mul", [input, graph.Add("Sigmoid", [x])]);
    }

    private static string BatchNorm(NetworkGraph graph, string name, string input, int channels)
    {
        string[] statistics = [.. new[] { "weight", "bias", "running_mean", "running_var" }.Select(part => graph.Parameter($"{name}.{part}", channels))];
        graph.Parameter($"{name}.num_batches_tracked", new GraphParameter([], IsCounter: true));
        return graph.Add("BatchNormalization", [input, .. statistics], ("epsilon", Epsilon));
    }
}
