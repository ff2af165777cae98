using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>A convolution of a training step and the algorithm that was chosen for its shape.</summary>
/// <param name="Layer">Its name in the network, as in the state dictionary.</param>
/// <param name="Input">Channels, height and width of its input.</param>
/// <param name="Outputs">Number of output channels.</param>
/// <param name="MultiplyAdds">Multiply-adds (MACs) per image, counted as a direct convolution.</param>
/// <param name="Algorithm">The algorithm; for Winograd with the width of its tiles.</param>
public sealed record LayerAlgorithm(string Layer, IReadOnlyList<long> Input, long Outputs, double MultiplyAdds, string Algorithm);

/// <summary>Watches the convolutions of a network during a training step.</summary>
internal sealed class LayerWatch : IDisposable
{
    private readonly List<Action> _removals = [];
    private readonly Dictionary<string, LayerAlgorithm> _layers = [];

    public LayerWatch(EmotionNetwork network)
    {
        foreach (var (name, module) in network.named_modules())
        {
            if (module is Convolution layer)
            {
                _removals.Add(layer.register_forward_pre_hook((_, input) => Note(name, layer, input)).remove);
            }
        }
    }

    /// <summary>What was seen so far, in the order of the forward pass.</summary>
    public IReadOnlyList<LayerAlgorithm> Layers => [.. _layers.Values];

    public void Dispose() => _removals.ForEach(remove => remove());

    private Tensor Note(string name, Convolution layer, Tensor input)
    {
        if (!_layers.ContainsKey(name))
        {
            _layers.Add(name, new LayerAlgorithm(name, input.shape[1..], layer.Weight.shape[0], layer.MultiplyAdds(input), Describe(layer, input)));
        }

        return input;
    }

    private static string Describe(Convolution layer, Tensor input)
    {
        var algorithm = layer.AlgorithmFor(input);
        if (algorithm != ConvolutionAlgorithm.Winograd)
        {
            return $"{algorithm}";
        }

        var tile = WinogradConvolution.TileFor(input, layer.Weight, layer.Padding);
        return $"{algorithm} {tile}x{tile}";
    }
}
