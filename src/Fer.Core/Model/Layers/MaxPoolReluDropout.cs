using Fer.Core.Model.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Layers;

/// <summary>2x2 max pooling, ReLU and dropout, fused into one pass where the kernel supports the input.</summary>
internal sealed class MaxPoolReluDropout(double probability, DropoutMasks masks) : nn.Module<Tensor, Tensor>(nameof(MaxPoolReluDropout))
{
    private readonly Dropout _dropout = new(probability, masks);

    public override Tensor forward(Tensor input)
    {
        if (training && FusedMaxPool.Supports(input))
        {
            return FusedMaxPool.PoolActivateDrop(input, masks.NextLayer(), DropoutMasks.Threshold(probability));
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
