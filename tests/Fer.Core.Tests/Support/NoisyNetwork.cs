using Fer.Core.Checkpoints;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Support;

/// <summary>
/// Checkpoints with weights far from their initial values, so that every part of the network has an effect (what must be
/// positive stays positive), and with a temperature that keeps the probabilities away from 0 and 1, where differences
/// would be too small to see.
/// </summary>
internal static class NoisyNetwork
{
    private static readonly string[] Positive = ["running_var", "scale", "temperature", "share"];

    /// <summary>A checkpoint with four labels.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="size">Width and height of its input.</param>
    /// <param name="hasPositiveFactors">Whether the factors of batch norm are positive, as in most trained networks.</param>
    public static Checkpoint Checkpoint(Architecture architecture, int size, bool hasPositiveFactors = false)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var generator = new Generator(3);
        using var network = architecture.Build(labels: 4, size);
        foreach (var (name, value) in network.state_dict().Where(entry => entry.Value.dtype == ScalarType.Float32))
        {
            var noise = randn(value.shape, generator: generator);
            var isPositive = Positive.Any(part => name.EndsWith(part, StringComparison.Ordinal)) || (hasPositiveFactors && name.EndsWith("norm.weight", StringComparison.Ordinal));
            value.copy_(isPositive ? (noise.abs() + 0.5).clamp(0.5, 1) : noise / Math.Sqrt(Math.Max(1, value.numel() / value.shape[0])));
        }

        network.eval();
        var logits = network.call(randn([8, 1, size, size], generator: generator));
        return SmallCheckpoint.Create(labels: 4, size) with
        {
            Architecture = architecture,
            Weights = StateDictionary.Capture(network),
            Temperature = logits.std().item<float>(),
        };
    }
}
