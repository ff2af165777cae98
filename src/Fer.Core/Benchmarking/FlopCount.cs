using Fer.Core.Model;
using Fer.Core.Model.Layers;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>The multiply-adds of a network's convolutions and dense layers for one face; all else is small beside them.</summary>
/// <param name="First">Of the first layer, whose input needs no gradient.</param>
/// <param name="Total">Of all layers.</param>
public sealed record FlopCount(double First, double Total)
{
    /// <summary>Floating point operations of a forward pass.</summary>
    public double Forward => 2 * Total;

    /// <summary>Floating point operations of a step: forward, gradients of the weights, gradients of the inputs.</summary>
    public double Training => 6 * Total - 2 * First;

    /// <summary>Counts while one face goes through the network.</summary>
    public static FlopCount Of(EmotionNetwork network, int size)
    {
        var counts = new List<double>();
        foreach (var layer in network.modules().OfType<Convolution>())
        {
            layer.register_forward_hook((_, _, output) => Count(output, output.shape[2] * output.shape[3] * layer.Weight.NumberOfElements));
        }

        foreach (var layer in network.modules().OfType<Linear>())
        {
            layer.register_forward_hook((_, _, output) => Count(output, layer.Weight.NumberOfElements));
        }

        using var guard = inference_mode();
        network.eval();
        using var input = zeros(1, 1, size, size);
        network.call(input).Dispose();
        return new FlopCount(counts[0], counts.Sum());

        Tensor Count(Tensor output, double multiplyAdds)
        {
            counts.Add(multiplyAdds);
            return output;
        }
    }
}
