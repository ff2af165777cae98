using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// 2x2 max pooling, optionally with ReLU and dropout, in one forward and one backward pass. As separate libtorch layers
/// they read and write the same maps six times, with eight bytes of index per pixel, and together take as long as a
/// small convolution.
/// </summary>
/// <remarks>For training on the CPU; everywhere else the separate layers run.</remarks>
internal sealed unsafe class FusedMaxPool : autograd.SingleTensorFunction<FusedMaxPool>
{
    // Channels per vector.
    private const int Lanes = 16;

    // The argmax of a window whose value was not positive or was dropped.
    private const short None = 4;

    public override string Name => nameof(FusedMaxPool);

    /// <summary>Whether the fused pass supports these feature maps.</summary>
    public static bool Supports(Tensor input) =>
        is_grad_enabled() && (input.dtype is ScalarType.BFloat16 or ScalarType.Float32) && input.device.type == DeviceType.CPU
        && input.shape[1] % LanesOf(input.dtype) == 0 && input.NumberOfElements <= int.MaxValue / sizeof(float);

    /// <summary>2x2 max pooling.</summary>
    public static Tensor Pool(Tensor input) => Supports(input) ? apply(input, false, 0UL, 0) : functional.max_pool2d(input, 2);

    /// <summary>2x2 max pooling, ReLU, then dropout with the mask of a key and a threshold.</summary>
    public static Tensor PoolActivateDrop(Tensor input, ulong key, int threshold) => apply(input, true, key, threshold);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, activate, key, threshold) = ((Tensor)vars[0], (bool)vars[1], (ulong)vars[2], (int)vars[3]);
        var shape = Maps.Of(input);
        using var scope = NewDisposeScope();
        var pixels = input.permute(0, 2, 3, 1).contiguous();
        var output = empty([shape.Batch, shape.Height / 2, shape.Width / 2, shape.Channels], input.dtype);
        var winners = empty(output.shape, ScalarType.Byte);
        if (input.dtype == ScalarType.Float32)
        {
            float* from = PlaneMatrices.Pointer(pixels), to = PlaneMatrices.Pointer(output);
            var places = (byte*)PlaneMatrices.Pointer(winners);
            Workers.For(shape.Batch, index => FusedMaxPoolFloat32.Forward(
                from + (nint)index * shape.Image, shape.Size, activate, key, threshold, index * shape.Pooled,
                to + (nint)index * shape.Pooled, places + (nint)index * shape.Pooled));
        }
        else
        {
            Workers.For(shape.Batch, index => Forward(
                shape, index, activate, key, threshold, Values(pixels), Values(output), winners.bytes));
        }

        ctx.save_for_backward([winners.MoveToOuterDisposeScope()]);
        ctx.save_data(nameof(shape), shape);
        ctx.save_data(nameof(threshold), threshold);
        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (shape, threshold) = ((Maps)ctx.get_data("shape"), (int)ctx.get_data("threshold"));
        using var scope = NewDisposeScope();
        var winners = ctx.get_saved_variables()[0];
        var gradient = grad_output.permute(0, 2, 3, 1).contiguous();
        var gradInput = empty([shape.Batch, shape.Height, shape.Width, shape.Channels], gradient.dtype);
        if (gradient.dtype == ScalarType.Float32)
        {
            float* from = PlaneMatrices.Pointer(gradient), to = PlaneMatrices.Pointer(gradInput);
            var places = (byte*)PlaneMatrices.Pointer(winners);
            Workers.For(shape.Batch, index => FusedMaxPoolFloat32.Backward(
                from + (nint)index * shape.Pooled, places + (nint)index * shape.Pooled, shape.Size, threshold, to + (nint)index * shape.Image));
        }
        else
        {
            Workers.For(shape.Batch, index => Backward(shape, index, threshold, Values(gradient), winners.bytes, Values(gradInput)));
        }

        return [gradInput.permute(0, 3, 1, 2).MoveToOuterDisposeScope(), null!, null!, null!];
    }

    // Float32 vectors hold half as many.
    private static int LanesOf(ScalarType type) => type == ScalarType.BFloat16 ? Lanes : Lanes / 2;

    private static Span<short> Values(Tensor tensor) => MemoryMarshal.Cast<byte, short>(tensor.bytes);

    private static void Forward(Maps shape, int index, bool activate, ulong key, int threshold, ReadOnlySpan<short> input, Span<short> output, Span<byte> winners)
    {
        var (c, row) = (shape.Channels, shape.Width * shape.Channels);
        var keep = DropoutMasks.Factor(threshold);
        var to = index * (shape.Height / 2) * (shape.Width / 2) * c;
        for (var y = 0; y < shape.Height / 2; y++)
        {
            var top = (index * shape.Height + 2 * y) * row;
            for (var x = 0; x < shape.Width / 2; x++)
            {
                for (var i = 0; i < c; i += Lanes, to += Lanes)
                {
                    var from = top + 2 * x * c + i;
                    var best = Ordered(input, from);
                    var winner = Vector256<short>.Zero;
                    TakeIfGreater(Ordered(input, from + c), 1);
                    TakeIfGreater(Ordered(input, from + row), 2);
                    TakeIfGreater(Ordered(input, from + row + c), 3);
                    var kept = activate ? IsActive(best) : Vector256<short>.AllBitsSet;
                    kept = threshold > 0 ? kept & DropoutMasks.Kept16(key, to, threshold) : kept;
                    Vector256.Narrow(Vector256.ConditionalSelect(kept, winner, Vector256.Create(None)), default)
                        .GetLower().AsByte().CopyTo(winners[to..]);
                    (Scaled(FromOrdered(best), keep) & kept).CopyTo(output[to..]);

                    void TakeIfGreater(Vector256<short> other, short position)
                    {
                        var wins = Vector256.GreaterThan(other, best);
                        best = Vector256.ConditionalSelect(wins, other, best);
                        winner = Vector256.ConditionalSelect(wins, Vector256.Create(position), winner);
                    }
                }
            }
        }
    }

    private static void Backward(Maps shape, int index, int threshold, ReadOnlySpan<short> gradient, ReadOnlySpan<byte> winners, Span<short> gradInput)
    {
        var (c, row) = (shape.Channels, shape.Width * shape.Channels);
        var keep = DropoutMasks.Factor(threshold);
        var from = index * (shape.Height / 2) * (shape.Width / 2) * c;
        var image = gradInput.Slice(index * shape.Height * row, shape.Height * row);
        for (var y = 0; y < shape.Height / 2; y++)
        {
            var upper = image.Slice(2 * y * row, row);
            var lower = image.Slice((2 * y + 1) * row, row);
            for (var x = 0; x < shape.Width / 2; x++)
            {
                for (var i = 0; i < c; i += Lanes, from += Lanes)
                {
                    var to = 2 * x * c + i;
                    var value = Scaled(Vector256.Create(gradient.Slice(from, Lanes)), keep);
                    var winner = Vector256.WidenLower(Vector128.Create(winners.Slice(from, Lanes)).ToVector256Unsafe()).AsInt16();
                    GradientOf(0).CopyTo(upper[to..]);
                    GradientOf(1).CopyTo(upper[(to + c)..]);
                    GradientOf(2).CopyTo(lower[to..]);
                    GradientOf(3).CopyTo(lower[(to + c)..]);

                    Vector256<short> GradientOf(short position) => value & Vector256.Equals(winner, Vector256.Create(position));
                }
            }

            // No window covers the last column of an odd width, nor the last row of an odd height.
            var covered = shape.Width / 2 * 2 * c;
            upper[covered..].Clear();
            lower[covered..].Clear();
        }

        image[(shape.Height / 2 * 2 * row)..].Clear();
    }

    /// <summary>bfloat16 values as integers that compare in the same order.</summary>
    private static Vector256<short> Ordered(ReadOnlySpan<short> values, int at) => FromOrdered(Vector256.Create(values.Slice(at, Lanes)));

    /// <summary>Converts sign-magnitude to two's complement and back; it is its own inverse.</summary>
    private static Vector256<short> FromOrdered(Vector256<short> values) =>
        values ^ (Vector256.ShiftRightArithmetic(values, 15) & Vector256.Create(short.MaxValue));

    /// <summary>Positive or NaN: what ReLU passes.</summary>
    private static Vector256<short> IsActive(Vector256<short> ordered)
    {
        const short negativeInfinity = unchecked((short)0x807F);
        return Vector256.GreaterThan(ordered, Vector256<short>.Zero) | Vector256.LessThan(ordered, Vector256.Create(negativeInfinity));
    }

    /// <summary>The product, rounded to the nearest bfloat16, ties to even.</summary>
    private static Vector256<short> Scaled(Vector256<short> values, float factor)
    {
        var (low, high) = Vector256.Widen(values.AsUInt16());
        return Vector256.Narrow(Round(low), Round(high)).AsInt16();

        Vector256<uint> Round(Vector256<uint> half)
        {
            var bits = (Vector256.ShiftLeft(half, 16).AsSingle() * factor).AsUInt32();
            var toEven = Vector256.ShiftRightLogical(bits, 16) & Vector256<uint>.One;
            return Vector256.ShiftRightLogical(bits + toEven + Vector256.Create(0x7FFFu), 16);
        }
    }

    /// <summary>Shape of feature maps.</summary>
    private sealed record Maps(int Batch, int Channels, int Height, int Width)
    {
        public (int Height, int Width, int Channels) Size => (Height, Width, Channels);

        /// <summary>Values of an image.</summary>
        public int Image => Height * Width * Channels;

        /// <summary>Values of its pooled maps.</summary>
        public int Pooled => Height / 2 * (Width / 2) * Channels;

        public static Maps Of(Tensor maps) => new((int)maps.shape[0], (int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3]);
    }
}
