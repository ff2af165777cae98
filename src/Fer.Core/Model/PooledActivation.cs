using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model;

/// <summary>Maximum over 2x2 pixels, ReLU and dropout; where it can, in one pass over the maps and one back.</summary>
internal sealed class PooledActivation(double probability, MaskSource masks) : nn.Module<Tensor, Tensor>(nameof(PooledActivation))
{
    private readonly Dropout _dropout = new(probability, masks);

    public override Tensor forward(Tensor input)
    {
        if (training && FusedPooling.Suits(input))
        {
            return FusedPooling.PoolActivateDrop(input, masks.NextLayer(), MaskSource.Threshold(probability));
        }

        // Pooling before the ReLU gives the same result as after it, with a quarter of the work.
        using var active = functional.max_pool2d(input, 2).relu_();
        return _dropout.call(active);
    }

    protected override void Dispose(bool disposing)
    {
        _dropout.Dispose();
        base.Dispose(disposing);
    }
}
