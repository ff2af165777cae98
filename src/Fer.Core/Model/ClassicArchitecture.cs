using Fer.Core.Model.Layers;

namespace Fer.Core.Model;

/// <summary>The network of the Keras tutorial; it has no hyperparameters.</summary>
public sealed record ClassicArchitecture : Architecture
{
    private const int InputSize = 48;

    /// <inheritdoc/>
    public override string Name => "classic";

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Hyperparameters => [];

    /// <inheritdoc/>
    public override long ConvolutionWeights => 9 * (128 + 128 * 256 + 256 * 512 + 512 * 512);

    /// <inheritdoc/>
    public override string? OutputLayer => "fc3";

    /// <inheritdoc/>
    public override Architecture WithHyperparameters(HyperparameterReader reader) => this;

    /// <inheritdoc/>
    public override void RequireSize(int size)
    {
        if (size != InputSize)
        {
            throw new FerException($"the architecture '{Name}' takes {InputSize}x{InputSize} pixels, not {size}x{size}");
        }
    }

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size)
    {
        RequireSize(size);
        return new ClassicNet(labels);
    }

    internal override string AddToGraph(NetworkGraph graph, string prefix, string input, int labels)
    {
        var x = input;
        foreach (var (name, inputs, outputs) in new[] { ("conv1", 1, 128), ("conv2", 128, 256), ("conv3", 256, 512), ("conv4", 512, 512) })
        {
            x = graph.Convolution(prefix + name, x, inputs, outputs, 3, padded: false, biased: true);
            x = graph.Relu(graph.HalvingMaxPool(x));
        }

        x = graph.Add("Flatten", [x]);
        x = graph.Relu(graph.Linear(prefix + "fc1", x, 512, 512));
        x = graph.Relu(graph.Linear(prefix + "fc2", x, 512, 256));
        return graph.Linear(prefix + "fc3", x, 256, labels);
    }
}
