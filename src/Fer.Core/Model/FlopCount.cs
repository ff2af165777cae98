using Fer.Core.Model.Layers;
using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>
/// The multiply-adds (MACs) of a network's convolutional and linear layers for one image; everything else is negligible.
/// </summary>
/// <param name="First">Multiply-adds of the first layer, whose input needs no gradient.</param>
/// <param name="Total">Multiply-adds of all layers.</param>
public sealed record FlopCount(double First, double Total)
{
    /// <summary>FLOPs of a forward pass: two per multiply-add.</summary>
    public double Forward => 2 * Total;

    /// <summary>FLOPs of a training step: forward pass, gradients of the weights, gradients of the inputs.</summary>
    public double Training => 6 * Total - 2 * First;

    /// <summary>Counts during a forward pass of one image.</summary>
    public static FlopCount Of(EmotionNetwork network, int size)
    {
        var counts = new List<double>();
        foreach (var layer in network.modules().OfType<Convolution>())
        {
            // By its input: the output may be pooled.
            layer.register_forward_pre_hook((_, input) => Count(input, layer.MultiplyAdds(input)));
        }

        foreach (var layer in network.modules().OfType<Linear>())
        {
            layer.register_forward_pre_hook((_, input) => Count(input, layer.Weight.NumberOfElements));
        }

        using var guard = inference_mode();
        network.eval();
        using var input = zeros(1, 1, size, size);
        network.call(input).Dispose();
        return new FlopCount(counts[0], counts.Sum());

        Tensor Count(Tensor input, double multiplyAdds)
        {
            counts.Add(multiplyAdds);
            return input;
        }
    }
}
