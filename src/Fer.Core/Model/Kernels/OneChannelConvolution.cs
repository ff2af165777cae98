using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// The first convolution of a network of gray images, 3x3 with stride 1, in float32: nine multiply-adds per value, so it
/// is memory-bound. One pass over the output, and one over its gradient that gives weights and bias together;
/// oneDNN and a separate sum take two to four times as long. The image gets no gradient.
/// </summary>
/// <remarks>A pixel's nine neighbors and a one for the bias are a row of a matrix that stays in the cache.</remarks>
internal sealed unsafe class OneChannelConvolution : autograd.SingleTensorFunction<OneChannelConvolution>
{
    private const int Taps = 9, Depth = Taps + 1, Row = 16, FewestChannels = 96;

    public override string Name => nameof(OneChannelConvolution);

    /// <summary>Whether this is the fastest implementation: with 128 channels out it is, with 48 oneDNN's kernel is.</summary>
    public static bool Supports(Tensor input, Tensor weight, long padding) => CanCompute(input, weight, padding) && weight.shape[0] >= FewestChannels;

    /// <summary>Whether the function can compute it.</summary>
    public static bool CanCompute(Tensor input, Tensor weight, long padding) =>
        input.dtype == ScalarType.Float32 && input.device.type == TorchSharp.DeviceType.CPU && !input.requires_grad
        && weight.shape[1] == 1 && weight.shape[2] == Im2Col.Kernel && (padding is 0 or 1) && weight.shape[0] % MatrixKernels.Columns == 0
        && Im2Col.IsAddressable(input, weight, padding);

    /// <summary>Takes input <c>[batch, 1, height, width]</c>, weight <c>[out, 1, 3, 3]</c>, bias <c>[out]</c> and the padding.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias, padding) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (long)vars[3]);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var shape = WinogradShape.Of(input, weight, padding, tile: 2);
        var (pixels, outputs) = (shape.OutputHeight * shape.OutputWidth, shape.Outputs);
        // Rows in whole pieces only: what the last piece has too many goes beyond the image, so it goes elsewhere first.
        var whole = pixels / MatrixKernels.Rows * MatrixKernels.Rows;
        var output = empty(shape.Batch, shape.OutputHeight, shape.OutputWidth, outputs);
        var panels = Panels(weight, bias);
        float* from = PlaneMatrices.Pointer(input.contiguous()), to = PlaneMatrices.Pointer(output), b = PlaneMatrices.Pointer(panels);
        var rows = PlaneMatrices.Pointer(empty(shape.Batch, (pixels + MatrixKernels.Rows) * Row));
        var rest = PlaneMatrices.Pointer(empty(shape.Batch, MatrixKernels.Rows * outputs));
        Workers.For(shape.Batch, i =>
        {
            var a = rows + (nint)i * (pixels + MatrixKernels.Rows) * Row;
            var image = to + (nint)i * pixels * outputs;
            Unfold(from + (nint)i * shape.Height * shape.Width, shape, a);
            MatrixKernels.Multiply(a, Row, whole, b, Depth, outputs, image, outputs);
            if (whole < pixels)
            {
                var last = rest + (nint)i * MatrixKernels.Rows * outputs;
                MatrixKernels.Multiply(a + whole * Row, Row, MatrixKernels.Rows, b, Depth, outputs, last, outputs);
                new Span<float>(last, (pixels - whole) * outputs).CopyTo(new Span<float>(image + (nint)whole * outputs, (pixels - whole) * outputs));
            }
        });
        ctx.save_for_backward([input, weight]);
        ctx.save_data(nameof(padding), padding);
        ctx.save_data(nameof(bias), bias is not null);
        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (input, weight, padding) = (saved[0], saved[1], (long)ctx.get_data("padding"));
        using var scope = TorchSharp.torch.NewDisposeScope();
        var shape = WinogradShape.Of(input, weight, padding, tile: 2);
        var (pixels, outputs) = (shape.OutputHeight * shape.OutputWidth, shape.Outputs);
        float* from = PlaneMatrices.Pointer(input.contiguous()), gradient = PlaneMatrices.Pointer(grad_output.permute(0, 2, 3, 1).contiguous());
        var rows = PlaneMatrices.Pointer(empty(shape.Batch, (pixels + MatrixKernels.Rows) * Row));
        var partial = empty(shape.Batch, 2 * MatrixKernels.Rows, outputs);
        var sums = PlaneMatrices.Pointer(partial);
        Workers.For(shape.Batch, i =>
        {
            var a = rows + (nint)i * (pixels + MatrixKernels.Rows) * Row;
            Unfold(from + (nint)i * shape.Height * shape.Width, shape, a);
            MatrixKernels.MultiplyTransposed(
                a, Row, Depth, gradient + (nint)i * pixels * outputs, outputs, outputs, pixels, sums + (nint)i * 2 * MatrixKernels.Rows * outputs, outputs, adds: false);
        });
        var sum = partial.sum(dim: 0);
        var gradWeight = sum.narrow(0, 0, Taps).t().contiguous().view(weight.shape);
        var gradBias = (bool)ctx.get_data("bias") ? sum[Taps].clone().MoveToOuterDisposeScope() : null;
        return [null!, gradWeight.MoveToOuterDisposeScope(), gradBias!, null!];
    }

    /// <summary>Weights and bias as panels <c>[out / 16, 10, 16]</c>.</summary>
    private static Tensor Panels(Tensor weight, Tensor? bias)
    {
        var outputs = weight.shape[0];
        var matrix = cat([weight.reshape(outputs, Taps).t(), (bias ?? zeros(outputs)).view(1, outputs)]);
        return matrix.view(Depth, outputs / MatrixKernels.Columns, MatrixKernels.Columns).permute(1, 0, 2).contiguous();
    }

    /// <summary>A row of nine neighbors, a one and zeros for each output pixel, then some rows of zeros.</summary>
    private static void Unfold(float* image, in WinogradShape shape, float* rows)
    {
        var pixels = shape.OutputHeight * shape.OutputWidth;
        new Span<float>(rows, (pixels + MatrixKernels.Rows) * Row).Clear();
        for (var y = 0; y < shape.OutputHeight; y++)
        {
            for (var x = 0; x < shape.OutputWidth; x++, rows += Row)
            {
                var (top, left) = (y - shape.Padding, x - shape.Padding);
                for (var i = 0; i < Im2Col.Kernel; i++)
                {
                    if ((uint)(top + i) >= (uint)shape.Height)
                    {
                        continue;
                    }

                    var from = image + (top + i) * shape.Width + left;
                    for (var j = 0; j < Im2Col.Kernel; j++)
                    {
                        if ((uint)(left + j) < (uint)shape.Width)
                        {
                            rows[Im2Col.Kernel * i + j] = from[j];
                        }
                    }
                }

                rows[Taps] = 1;
            }
        }
    }
}
