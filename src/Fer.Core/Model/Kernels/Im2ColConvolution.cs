using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// A 3x3 convolution with stride 1 whose weight gradient is one matrix product over the unfolded input. oneDNN's own
/// kernel reaches a quarter of the processor's peak on maps of a few pixels and three quarters on large ones, where
/// unfolding costs more than it gains; the results are equal up to rounding. In float32 the convolution and the input
/// gradient are such products too; in bfloat16 oneDNN is fast enough for them.
/// </summary>
internal sealed class Im2ColConvolution : autograd.SingleTensorFunction<Im2ColConvolution>
{
    // Output pixels per image up to which the weight gradient is faster as a product, with 512 output channels or more.
    private const long SmallMapOfManyChannels = 64, ManyChannels = 512;

    public override string Name => nameof(Im2ColConvolution);

    /// <summary>Whether this function can compute the convolution and is faster than oneDNN.</summary>
    public static bool Supports(Tensor input, Tensor weight, long padding)
    {
        var maxPixels = weight.shape[0] >= ManyChannels ? SmallMapOfManyChannels : Im2Col.SmallMap;
        return Im2Col.CanCompute(input, weight) && Im2Col.Pixels(input, padding) <= maxPixels;
    }

    /// <summary>Takes input <c>[batch, in, height, width]</c>, weight <c>[out, in, 3, 3]</c>, bias <c>[out]</c> and the padding.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias, padding) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (long)vars[3]);
        ctx.save_for_backward([input, weight]);
        ctx.save_data(nameof(padding), padding);
        ctx.save_data(nameof(bias), bias is not null);
        return Convolve(input, weight, bias, padding);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (input, weight, padding) = (saved[0], saved[1], (long)ctx.get_data("padding"));
        using var scope = TorchSharp.torch.NewDisposeScope();
        // The input gradient is a convolution with the flipped kernel (Dumoulin and Visin 2016, chapter 4).
        var flipped = weight.transpose(0, 1).flip(2, 3);
        var gradInput = Convolve(grad_output, flipped, null, Im2Col.Kernel - 1 - padding);
        var outputs = grad_output.permute(0, 2, 3, 1).reshape(-1, grad_output.shape[1]);
        var gradWeight = outputs.t().mm(Im2Col.Rows(input, padding))
            .reshape(weight.shape[0], Im2Col.Kernel, Im2Col.Kernel, weight.shape[1]).permute(0, 3, 1, 2);
        var gradBias = (bool)ctx.get_data("bias") ? outputs.sum(dim: 0).MoveToOuterDisposeScope() : null;
        return [gradInput.MoveToOuterDisposeScope(), gradWeight.MoveToOuterDisposeScope(), gradBias!, null!];
    }

    private static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, long padding)
    {
        if (input.dtype != ScalarType.Float32 || Im2Col.Pixels(input, padding) > Im2Col.SmallMap)
        {
            return functional.conv2d(input, weight, bias, padding: [padding, padding]);
        }

        using var scope = TorchSharp.torch.NewDisposeScope();
        return Im2Col.Convolve(input, Im2Col.Weights(weight), bias, padding).MoveToOuterDisposeScope();
    }
}
