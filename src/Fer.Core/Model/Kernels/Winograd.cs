using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// A float32 convolution 3x3 with stride 1 and its gradients by minimal filtering (Winograd 1980; Lavin and Gray,
/// arXiv 1509.09308). The gradients are the exact adjoint of the forward pass: the same tiles and as many
/// multiplications, and one transform of the output's gradient serves both.
/// </summary>
/// <remarks>
/// A few images at a time, so that their transformed values stay in a core's own cache: forward each thread has blocks
/// of its own, backward the threads share a block, image by image and then plane by plane. Every sum has one order, so
/// the result does not depend on the number of threads.
/// </remarks>
internal static unsafe class Winograd<TTile>
    where TTile : struct, IWinogradTile
{
    // Floats of a block's transformed values that stay in a core's own cache beside the weights of one plane.
    private const int CacheFloats = 96 << 10;

    /// <summary>The convolution.</summary>
    /// <param name="input"><c>[batch, in, height, width]</c>.</param>
    /// <param name="weight"><c>[out, in, 3, 3]</c>.</param>
    /// <param name="bias"><c>[out]</c> or null.</param>
    /// <param name="padding">0 or 1.</param>
    /// <returns><c>[batch, out, height, width]</c>, channels last.</returns>
    public static Tensor Forward(Tensor input, Tensor weight, Tensor? bias, long padding)
    {
        using var scope = NewDisposeScope();
        var shape = WinogradShape.Of(input, weight, padding, TTile.Outputs);
        var pixels = input.permute(0, 2, 3, 1).contiguous();
        var output = empty(shape.Batch, shape.OutputHeight, shape.OutputWidth, shape.Outputs);
        float* from = PlaneMatrices.Pointer(pixels), to = PlaneMatrices.Pointer(output);
        var offsets = bias is null ? null : PlaneMatrices.Pointer(bias.contiguous());
        var panels = Panels(shape, weight, transposed: false);
        var threads = get_num_threads();
        var block = Math.Min(Block(shape, shape.Inputs + shape.Outputs, readings: 1), (shape.Batch + threads - 1) / threads);
        var blocks = (shape.Batch + block - 1) / block;
        threads = Math.Min(threads, blocks);
        var scratch = Enumerable.Range(0, threads).Select(_ => (
            Inputs: new PlaneMatrices(shape.Planes, block * shape.Tiles, shape.Inputs),
            Products: new PlaneMatrices(shape.Planes, block * shape.Tiles, shape.Outputs))).ToArray();
        var next = -1;
        Workers.For(threads, thread =>
        {
            var (inputs, products) = scratch[thread];
            for (var index = Interlocked.Increment(ref next); index < blocks; index = Interlocked.Increment(ref next))
            {
                var (first, count) = (index * block, Math.Min(block, shape.Batch - index * block));
                for (var i = 0; i < count; i++)
                {
                    WinogradTransforms<TTile>.Input(from + InputImage(shape, first + i), shape, inputs.RowAt(i * shape.Tiles), inputs.Plane, inputs.Row);
                }

                for (var plane = 0; plane < shape.Planes; plane++)
                {
                    Multiply(plane, count * shape.Tiles, inputs, panels, shape.Inputs, shape.Outputs, products);
                }

                for (var i = 0; i < count; i++)
                {
                    WinogradTransforms<TTile>.Output(
                        products.RowAt(i * shape.Tiles), products.Plane, products.Row, shape, offsets, to + OutputImage(shape, first + i));
                }
            }
        });

        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The gradients of input, channels last, and weight.</summary>
    public static (Tensor Input, Tensor Weight) Backward(Tensor input, Tensor weight, Tensor gradient, long padding)
    {
        using var scope = NewDisposeScope();
        var shape = WinogradShape.Of(input, weight, padding, TTile.Outputs);
        var (pixels, gradOutput) = (input.permute(0, 2, 3, 1).contiguous(), gradient.permute(0, 2, 3, 1).contiguous());
        var gradInput = empty(shape.Batch, shape.Height, shape.Width, shape.Inputs);
        var gradWeight = empty(weight.shape);
        float* from = PlaneMatrices.Pointer(pixels), back = PlaneMatrices.Pointer(gradOutput), to = PlaneMatrices.Pointer(gradInput);
        var panels = Panels(shape, weight, transposed: true);
        var block = Block(shape, 2 * shape.Inputs + shape.Outputs, readings: 3);
        var inputs = new PlaneMatrices(shape.Planes, block * shape.Tiles, shape.Inputs);
        var results = new PlaneMatrices(shape.Planes, block * shape.Tiles, shape.Inputs);
        var gradients = new PlaneMatrices(shape.Planes, block * shape.Tiles, shape.Outputs);
        var weights = new PlaneMatrices(shape.Planes, shape.Inputs, shape.Outputs);
        for (var start = 0; start < shape.Batch; start += block)
        {
            var (first, count) = (start, Math.Min(block, shape.Batch - start));
            Workers.For(count, i =>
            {
                WinogradTransforms<TTile>.Input(from + InputImage(shape, first + i), shape, inputs.RowAt(i * shape.Tiles), inputs.Plane, inputs.Row);
                WinogradTransforms<TTile>.OutputAdjoint(
                    back + OutputImage(shape, first + i), shape, gradients.RowAt(i * shape.Tiles), gradients.Plane, gradients.Row);
            });
            Workers.For(shape.Planes, plane =>
            {
                MatrixKernels.MultiplyTransposed(
                    inputs.First + plane * inputs.Plane, inputs.Row, shape.Inputs, gradients.First + plane * gradients.Plane, gradients.Row,
                    PlaneMatrices.RoundUp(shape.Outputs, MatrixKernels.Columns), count * shape.Tiles,
                    weights.First + plane * weights.Plane, weights.Row, first > 0);
                Multiply(plane, count * shape.Tiles, gradients, panels, shape.Outputs, shape.Inputs, results);
            });
            Workers.For(count, i => WinogradTransforms<TTile>.InputAdjoint(
                results.RowAt(i * shape.Tiles), results.Plane, results.Row, shape, to + InputImage(shape, first + i)));
        }

        var kernel = PlaneMatrices.Pointer(gradWeight);
        Workers.For(shape.Inputs / 8, group =>
        {
            for (var c = 8 * group; c < 8 * group + 8; c++)
            {
                WinogradTransforms<TTile>.WeightsAdjoint(weights.First + c * weights.Row, weights.Plane, shape.Outputs, kernel + 9 * c, 9 * shape.Inputs);
            }
        });
        return (gradInput.permute(0, 3, 1, 2).MoveToOuterDisposeScope(), gradWeight.MoveToOuterDisposeScope());
    }

    private static nint InputImage(in WinogradShape shape, int index) => (nint)shape.Height * shape.Width * shape.Inputs * index;

    private static nint OutputImage(in WinogradShape shape, int index) => (nint)shape.OutputHeight * shape.OutputWidth * shape.Outputs * index;

    /// <summary>
    /// Images of a block: as many as fit into the cache, but at least enough that reading the transformed weights costs
    /// no more traffic than the feature maps.
    /// </summary>
    private static int Block(in WinogradShape shape, int channels, int readings)
    {
        var fitting = CacheFloats / (shape.Planes * shape.Tiles * channels);
        var rows = readings * shape.Inputs * shape.Outputs / channels;
        return Math.Clamp(Math.Max(fitting, (rows + shape.Tiles - 1) / shape.Tiles), 1, shape.Batch);
    }

    /// <summary>The transformed weights in panels, plane by plane: from in to out, or transposed.</summary>
    private static (IntPtr First, nint Plane) Panels(WinogradShape shape, Tensor weight, bool transposed)
    {
        var values = PlaneMatrices.Pointer(weight.contiguous());
        var (depth, columns) = transposed ? (shape.Outputs, shape.Inputs) : (shape.Inputs, shape.Outputs);
        nint inputStep = 9, outputStep = 9 * shape.Inputs;
        var (step, column) = transposed ? (outputStep, inputStep) : (inputStep, outputStep);
        var count = (columns + MatrixKernels.Columns - 1) / MatrixKernels.Columns;
        nint panel = depth * MatrixKernels.Columns;
        var plane = count * panel + MatrixKernels.Columns;
        var first = PlaneMatrices.Pointer(empty(shape.Planes * plane));
        Workers.For(count, i => WinogradTransforms<TTile>.Weights(
            values + i * MatrixKernels.Columns * column, column, step, depth, Math.Min(MatrixKernels.Columns, columns - i * MatrixKernels.Columns),
            first + i * panel, plane));
        return ((IntPtr)first, plane);
    }

    private static void Multiply(int plane, int rows, PlaneMatrices a, (IntPtr First, nint Plane) panels, int depth, int columns, PlaneMatrices c) =>
        MatrixKernels.Multiply(
            a.First + plane * a.Plane, a.Row, PlaneMatrices.RoundUp(rows, MatrixKernels.Rows), (float*)panels.First + plane * panels.Plane,
            depth, PlaneMatrices.RoundUp(columns, MatrixKernels.Columns), c.First + plane * c.Plane, c.Row);
}
