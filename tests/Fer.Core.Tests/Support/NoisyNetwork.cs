using Fer.Core.Checkpoints;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Support;

/// <summary>
/// Checkpoints whose weights are far from where they begin, so that no part of the network is without effect (what has to
/// be positive stays so), and whose temperature keeps the probabilities away from 0 and 1, where differences would drown.
/// </summary>
internal static class NoisyNetwork
{
    private static readonly string[] Positive = ["running_var", "scale", "temperature", "share"];

    /// <summary>A checkpoint of four labels.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="size">Width and height of its input.</param>
    /// <param name="hasPositiveGains">Whether the factors of batch norm are positive, as training mostly leaves them.</param>
    public static Checkpoint Checkpoint(Architecture architecture, int size, bool hasPositiveGains = false)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var generator = new Generator(3);
        using var network = architecture.Build(labels: 4, size);
        foreach (var (name, value) in network.state_dict().Where(entry => entry.Value.dtype == ScalarType.Float32))
        {
            var noise = randn(value.shape, generator: generator);
            var isPositive = Positive.Any(part => name.EndsWith(part, StringComparison.Ordinal)) || (hasPositiveGains && name.EndsWith("norm.weight", StringComparison.Ordinal));
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
