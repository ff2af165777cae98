using System.Runtime.Intrinsics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// Batch norm by the statistics of the batch (Ioffe and Szegedy 2015), then a residual added and ReLU, where wanted: two
/// passes over the maps forward and two back. As layers of libtorch they take seven and write three maps of their own.
/// </summary>
/// <remarks>For training in float32 on the CPU. Sums are added image by image, so threads do not change them.</remarks>
internal sealed unsafe class FusedBatchNorm : autograd.SingleTensorFunction<FusedBatchNorm>
{
    public override string Name => nameof(FusedBatchNorm);

    /// <summary>Whether the fused passes can take these feature maps.</summary>
    public static bool Supports(BatchNorm2d norm, Tensor input) =>
        norm.training && norm.momentum is not null && is_grad_enabled() && input.dtype == ScalarType.Float32
        && input.device.type == TorchSharp.DeviceType.CPU && input.shape[1] % Vector256<float>.Count == 0
        && input.NumberOfElements > input.shape[1] && input.NumberOfElements <= int.MaxValue / sizeof(float);

    /// <summary>Counts a batch as the layer's own forward pass does, but not with a number that nothing holds while libtorch reads it (<see cref="Scalars"/>).</summary>
    public static void CountBatch(BatchNorm2d norm)
    {
        using (no_grad())
        {
            norm.num_batches_tracked?.add_(Scalars.One, Scalars.One);
        }
    }

    /// <summary>The layer's output; its running statistics move.</summary>
    /// <param name="norm">The layer, for which <see cref="Supports"/> holds.</param>
    /// <param name="input"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="residual">Added after batch norm; or null.</param>
    /// <param name="activate">Whether ReLU follows.</param>
    public static Tensor Apply(BatchNorm2d norm, Tensor input, Tensor? residual, bool activate)
    {
        CountBatch(norm);
        return apply(input, norm.weight!, norm.bias!, residual!, norm.running_mean!, norm.running_var!, norm.momentum!.Value, norm.eps, activate);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias, residual) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor?)vars[3]);
        var (momentum, eps, activate) = ((double)vars[6], (double)vars[7], (bool)vars[8]);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var pixels = input.permute(0, 2, 3, 1).contiguous();
        var added = residual?.permute(0, 2, 3, 1).contiguous();
        var (batch, size, channels) = Size(pixels);
        var output = empty(pixels.shape);
        var mean = empty(channels);
        var inverse = empty(channels);
        var scale = empty(2, channels);
        var partial = empty(batch, 2, channels);
        float* x = PlaneMatrices.Pointer(pixels), y = PlaneMatrices.Pointer(output), sums = PlaneMatrices.Pointer(partial);
        Workers.For(batch, i => BatchNormPasses.Sum(
            x + (nint)i * size * channels, size, channels, sums + 2 * i * channels, sums + (2 * i + 1) * channels));
        float* factors = PlaneMatrices.Pointer(scale), means = PlaneMatrices.Pointer(mean), inverses = PlaneMatrices.Pointer(inverse);
        Statistics(
            sums, batch, size, channels, (float)momentum, eps, PlaneMatrices.Pointer((Tensor)vars[4]), PlaneMatrices.Pointer((Tensor)vars[5]), means, inverses);
        float* gain = PlaneMatrices.Pointer(weight), offset = PlaneMatrices.Pointer(bias);
        for (var c = 0; c < channels; c++)
        {
            factors[c] = gain[c] * inverses[c];
            factors[channels + c] = offset[c] - means[c] * factors[c];
        }

        var more = added is null ? null : PlaneMatrices.Pointer(added);
        Workers.For(batch, i =>
        {
            var start = (nint)i * size * channels;
            BatchNormPasses.Normalize(x + start, size, channels, factors, factors + channels, more is null ? null : more + start, activate, y + start);
        });
        var result = output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        ctx.save_for_backward([pixels.MoveToOuterDisposeScope(), weight, mean.MoveToOuterDisposeScope(), inverse.MoveToOuterDisposeScope(), output.MoveToOuterDisposeScope()]);
        ctx.save_data(nameof(activate), activate);
        ctx.save_data(nameof(residual), residual is not null);
        return result;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (activate, residual) = ((bool)ctx.get_data("activate"), (bool)ctx.get_data("residual"));
        using var scope = TorchSharp.torch.NewDisposeScope();
        var gradOutput = grad_output.permute(0, 2, 3, 1).contiguous();
        var (batch, size, channels) = Size(gradOutput);
        var gradInput = empty(gradOutput.shape);
        var toResidual = residual && activate ? empty(gradOutput.shape) : null;
        var (gradWeight, gradBias) = (empty(channels), empty(channels));
        var partial = empty(batch, 2, channels);
        float* sums = PlaneMatrices.Pointer(partial), gradient = PlaneMatrices.Pointer(gradOutput);
        float* x = PlaneMatrices.Pointer(saved[0]), gain = PlaneMatrices.Pointer(saved[1]), to = PlaneMatrices.Pointer(gradInput);
        float* mean = PlaneMatrices.Pointer(saved[2]), inverse = PlaneMatrices.Pointer(saved[3]);
        var y = activate ? PlaneMatrices.Pointer(saved[4]) : null;
        var masked = toResidual is null ? null : PlaneMatrices.Pointer(toResidual);
        Workers.For(batch, i =>
        {
            var start = (nint)i * size * channels;
            BatchNormPasses.SumGradients(
                gradient + start, y is null ? null : y + start, x + start, size, channels, mean, inverse,
                masked is null ? null : masked + start, sums + 2 * i * channels, sums + (2 * i + 1) * channels);
        });
        float* byWeight = PlaneMatrices.Pointer(gradWeight), byBias = PlaneMatrices.Pointer(gradBias), factors = PlaneMatrices.Pointer(empty(3, channels));
        for (var c = 0; c < channels; c++)
        {
            double sum = 0, product = 0, count = (double)batch * size;
            for (var i = 0; i < batch; i++)
            {
                sum += sums[2 * i * channels + c];
                product += sums[(2 * i + 1) * channels + c];
            }

            (byWeight[c], byBias[c]) = ((float)product, (float)sum);
            var a = (double)gain[c] * inverse[c];
            var b = -a * product / count * inverse[c];
            (factors[c], factors[channels + c]) = ((float)a, (float)b);
            factors[2 * channels + c] = (float)(-a * sum / count - b * mean[c]);
        }

        Workers.For(batch, i =>
        {
            var start = (nint)i * size * channels;
            BatchNormPasses.Spread(
                gradient + start, y is null ? null : y + start, x + start, size, channels, factors, factors + channels, factors + 2 * channels, to + start);
        });
        var passed = residual ? (toResidual ?? gradOutput).permute(0, 3, 1, 2).MoveToOuterDisposeScope() : null;
        return
        [
            gradInput.permute(0, 3, 1, 2).MoveToOuterDisposeScope(), gradWeight.MoveToOuterDisposeScope(), gradBias.MoveToOuterDisposeScope(),
            passed!, null!, null!, null!, null!, null!,
        ];
    }

    private static (int Batch, int Pixels, int Channels) Size(Tensor maps) =>
        ((int)maps.shape[0], (int)(maps.shape[1] * maps.shape[2]), (int)maps.shape[3]);

    /// <summary>Joins the images' sums (Chan, Golub and LeVeque 1983) and moves the running statistics.</summary>
    private static void Statistics(
        float* sums, int batch, int size, int channels, float momentum, double eps, float* runningMean, float* runningVariance, float* means, float* inverses)
    {
        for (var c = 0; c < channels; c++)
        {
            double total = 0, squares = 0, count = (double)batch * size;
            for (var i = 0; i < batch; i++)
            {
                total += sums[2 * i * channels + c];
            }

            var mean = total / count;
            for (var i = 0; i < batch; i++)
            {
                var difference = sums[2 * i * channels + c] / size - mean;
                squares += sums[(2 * i + 1) * channels + c] + size * difference * difference;
            }

            (means[c], inverses[c]) = ((float)mean, (float)(1 / Math.Sqrt(squares / count + eps)));
            runningMean[c] += momentum * ((float)mean - runningMean[c]);
            runningVariance[c] += momentum * ((float)(squares / (count - 1)) - runningVariance[c]);
        }
    }
}
