using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// The first convolution of a network of gray images, 3x3 with stride 1 and padding 1, together with the 2x2 max pooling after
/// it, in float32. A layer with nine multiply-adds per value waits for memory: its maps are four times as large as the
/// pooled ones, and separate layers write and read them twice in each direction. Here they stay in registers, and the gradient
/// of the weights is taken from the pooled maps. The image gets no gradient.
/// </summary>
internal sealed unsafe class PooledOneChannelConvolution : autograd.SingleTensorFunction<PooledOneChannelConvolution>
{
    private const int Taps = 9, Lanes = 8;

    public override string Name => nameof(PooledOneChannelConvolution);

    /// <summary>Whether the function can compute it.</summary>
    public static bool Supports(Tensor input, Tensor weight, long padding) =>
        is_grad_enabled() && input.dtype == ScalarType.Float32 && input.device.type == TorchSharp.DeviceType.CPU && !input.requires_grad
        && weight.shape[1] == 1 && weight.shape[2] == Im2Col.Kernel && padding == 1 && weight.shape[0] % Lanes == 0
        && input.shape[2] > 1 && input.shape[3] > 1 && input.NumberOfElements * weight.shape[0] / 4 <= int.MaxValue / sizeof(float);

    /// <summary>Takes input <c>[batch, 1, height, width]</c> and weight <c>[out, 1, 3, 3]</c>; returns <c>[batch, out, height / 2, width / 2]</c> in channels-last order.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight) = ((Tensor)vars[0], (Tensor)vars[1]);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var padded = Padded(input);
        var shape = Maps.Of(padded, weight);
        var output = empty(shape.Batch, shape.Height, shape.Width, shape.Channels);
        var winners = empty(output.shape, ScalarType.Byte);
        float* from = PlaneMatrices.Pointer(padded), to = PlaneMatrices.Pointer(output), kernels = PlaneMatrices.Pointer(ByTap(weight));
        var places = (byte*)PlaneMatrices.Pointer(winners);
        Workers.For(shape.Batch, image => Forward(
            from + (nint)image * shape.Padded, shape, kernels, to + (nint)image * shape.Pooled, places + (nint)image * shape.Pooled));
        ctx.save_for_backward([padded.MoveToOuterDisposeScope(), weight, winners.MoveToOuterDisposeScope()]);
        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (padded, weight, winners) = (saved[0], saved[1], saved[2]);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var shape = Maps.Of(padded, weight);
        // The sums of each image apart: the result does not depend on the number of threads.
        var partial = empty(shape.Batch, Taps, shape.Channels);
        float* from = PlaneMatrices.Pointer(padded), gradient = PlaneMatrices.Pointer(grad_output.permute(0, 2, 3, 1).contiguous()), sums = PlaneMatrices.Pointer(partial);
        var places = (byte*)PlaneMatrices.Pointer(winners);
        Workers.For(shape.Batch, image => Backward(
            from + (nint)image * shape.Padded, shape, gradient + (nint)image * shape.Pooled, places + (nint)image * shape.Pooled, sums + (nint)image * Taps * shape.Channels));
        return [null!, partial.sum(dim: 0).t().contiguous().view(weight.shape).MoveToOuterDisposeScope()];
    }

    private static Tensor Padded(Tensor input) => nn.functional.pad(input.reshape(input.shape[0], input.shape[2], input.shape[3]), [1, 1, 1, 1]).contiguous();

    /// <summary><c>[9, out]</c>.</summary>
    private static Tensor ByTap(Tensor weight) => weight.reshape(weight.shape[0], Taps).t().contiguous();

    /// <summary>The convolution at the four places of each window, and their maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(float* image, Maps shape, float* kernels, float* output, byte* winners)
    {
        var (channels, row) = (shape.Channels, (nint)shape.PaddedWidth);
        for (var y = 0; y < shape.Height; y++)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                V k0 = Kernel(0), k1 = Kernel(1), k2 = Kernel(2), k3 = Kernel(3), k4 = Kernel(4), k5 = Kernel(5), k6 = Kernel(6), k7 = Kernel(7), k8 = Kernel(8);
                var window = image + 2 * y * row;
                var to = (nint)y * shape.Width * channels + c;
                for (var x = 0; x < shape.Width; x++, window += 2, to += channels)
                {
                    V topLeft = V.Zero, topRight = V.Zero, bottomLeft = V.Zero, bottomRight = V.Zero;
                    Add(window, k0, k1, k2, ref topLeft, ref topRight);
                    Add(window + row, k3, k4, k5, ref topLeft, ref topRight);
                    Add(window + row, k0, k1, k2, ref bottomLeft, ref bottomRight);
                    Add(window + 2 * row, k6, k7, k8, ref topLeft, ref topRight);
                    Add(window + 2 * row, k3, k4, k5, ref bottomLeft, ref bottomRight);
                    Add(window + 3 * row, k6, k7, k8, ref bottomLeft, ref bottomRight);

                    var winner = Vector256<int>.Zero;
                    FusedMaxPoolFloat32.TakeMax(ref topLeft, ref winner, topRight, 1);
                    FusedMaxPoolFloat32.TakeMax(ref topLeft, ref winner, bottomLeft, 2);
                    FusedMaxPoolFloat32.TakeMax(ref topLeft, ref winner, bottomRight, 3);
                    topLeft.Store(output + to);
                    FusedMaxPoolFloat32.Narrow(winner).Store(winners + to);
                }

                V Kernel(int tap) => Vector256.Load(kernels + (nint)tap * channels + c);
            }
        }
    }

    /// <summary>A row of the kernel at two places beside each other, whose inputs overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* pixels, V left, V middle, V right, ref V first, ref V second)
    {
        V b = Vector256.Create(pixels[1]), c = Vector256.Create(pixels[2]);
        first = Vector256.MultiplyAddEstimate(Vector256.Create(pixels[0]), left, first);
        first = Vector256.MultiplyAddEstimate(b, middle, first);
        first = Vector256.MultiplyAddEstimate(c, right, first);
        second = Vector256.MultiplyAddEstimate(b, left, second);
        second = Vector256.MultiplyAddEstimate(c, middle, second);
        second = Vector256.MultiplyAddEstimate(Vector256.Create(pixels[3]), right, second);
    }

    /// <summary>The gradient of the weights, <c>[9, out]</c>: each window's goes to the place of its maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(float* image, Maps shape, float* gradient, byte* winners, float* sums)
    {
        var (channels, row) = (shape.Channels, (nint)shape.PaddedWidth);
        for (var c = 0; c < channels; c += Lanes)
        {
            V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero, s8 = V.Zero;
            var from = (nint)c;
            for (var y = 0; y < shape.Height; y++)
            {
                var window = image + 2 * y * row;
                for (var x = 0; x < shape.Width; x++, window += 2, from += channels)
                {
                    var value = Vector256.Load(gradient + from).AsInt32();
                    var winner = FusedMaxPoolFloat32.Widen(winners + from);
                    V left = Of(0), right = Of(1);
                    Collect(window, left, right, ref s0, ref s1, ref s2);
                    Collect(window + row, left, right, ref s3, ref s4, ref s5);
                    Collect(window + 2 * row, left, right, ref s6, ref s7, ref s8);
                    (left, right) = (Of(2), Of(3));
                    Collect(window + row, left, right, ref s0, ref s1, ref s2);
                    Collect(window + 2 * row, left, right, ref s3, ref s4, ref s5);
                    Collect(window + 3 * row, left, right, ref s6, ref s7, ref s8);

                    V Of(int place) => (value & Vector256.Equals(winner, Vector256.Create(place))).AsSingle();
                }
            }

            foreach (var (tap, sum) in new[] { s0, s1, s2, s3, s4, s5, s6, s7, s8 }.Index())
            {
                sum.Store(sums + (nint)tap * channels + c);
            }
        }
    }

    /// <summary>Adds the gradients of two places beside each other to a row of the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Collect(float* pixels, V first, V second, ref V left, ref V middle, ref V right)
    {
        V b = Vector256.Create(pixels[1]), c = Vector256.Create(pixels[2]);
        left = Vector256.MultiplyAddEstimate(Vector256.Create(pixels[0]), first, Vector256.MultiplyAddEstimate(b, second, left));
        middle = Vector256.MultiplyAddEstimate(b, first, Vector256.MultiplyAddEstimate(c, second, middle));
        right = Vector256.MultiplyAddEstimate(c, first, Vector256.MultiplyAddEstimate(Vector256.Create(pixels[3]), second, right));
    }

    /// <summary>Sizes of the pooled maps; the padded image is two pixels larger than what they cover, or three where a size is odd.</summary>
    private readonly record struct Maps(int Batch, int Channels, int Height, int Width, int PaddedHeight, int PaddedWidth)
    {
        /// <summary>Values of a padded image.</summary>
        public int Padded => PaddedHeight * PaddedWidth;

        /// <summary>Values of its pooled maps.</summary>
        public int Pooled => Height * Width * Channels;

        public static Maps Of(Tensor padded, Tensor weight)
        {
            var (height, width) = ((int)padded.shape[1], (int)padded.shape[2]);
            return new Maps((int)padded.shape[0], (int)weight.shape[0], (height - 2) / 2, (width - 2) / 2, height, width);
        }
    }
}
