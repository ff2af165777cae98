using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Model.Layers;

/// <summary>Dropout of single elements or, if <paramref name="channels"/> is set, of whole channels.</summary>
internal sealed class Dropout(double probability, DropoutMasks masks, bool channels = false)
    : nn.Module<Tensor, Tensor>(nameof(Dropout))
{
    public override Tensor forward(Tensor input)
    {
        if (!training || probability == 0)
        {
            return input.alias();
        }

        // The mask has the memory layout of the activations (channels last); otherwise the product would convert one of them.
        var shape = input.shape;
        using var mask = (shape.Length, channels) switch
        {
            (4, true) => masks.Next([shape[0], shape[1], 1, 1], probability, input.dtype, input.device),
            (4, false) => masks.Next([shape[0], shape[2], shape[3], shape[1]], probability, input.dtype, input.device).permute(0, 3, 1, 2),
            _ => masks.Next(shape, probability, input.dtype, input.device),
        };
        return input * mask;
    }
}
