using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Fer.Core.Model.Kernels;

/// <summary>The passes of <see cref="FusedBatchNorm"/> over one image, <c>[pixels, channels]</c>, eight channels at a time.</summary>
internal static unsafe class BatchNormPasses
{
    /// <summary>The sum of each channel, and the sum of squared differences from the image's own mean.</summary>
    /// <remarks>Sums of plain squares would lose the variance of a channel whose mean is large.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(float* x, int pixels, int channels, float* sums, float* squares)
    {
        new Span<float>(sums, channels).Clear();
        new Span<float>(squares, channels).Clear();
        var at = x;
        for (var p = 0; p < pixels; p++)
        {
            for (var c = 0; c < channels; c += 8, at += 8)
            {
                (Vector256.Load(sums + c) + Vector256.Load(at)).Store(sums + c);
            }
        }

        var share = Vector256.Create(1f / pixels);
        at = x;
        for (var p = 0; p < pixels; p++)
        {
            for (var c = 0; c < channels; c += 8, at += 8)
            {
                var difference = Vector256.Load(at) - Vector256.Load(sums + c) * share;
                Vector256.MultiplyAddEstimate(difference, difference, Vector256.Load(squares + c)).Store(squares + c);
            }
        }
    }

    /// <summary><c>y = relu(x * scale + shift + residual)</c>; the residual may be null, ReLU left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(float* x, int pixels, int channels, float* scale, float* shift, float* residual, bool activate, float* y)
    {
        // NaN passes ReLU, as in libtorch: a comparison with it is false.
        var least = activate ? V.Zero : Vector256.Create(float.NegativeInfinity);
        for (var p = 0; p < pixels; p++)
        {
            for (var c = 0; c < channels; c += 8, x += 8, y += 8)
            {
                var value = Vector256.MultiplyAddEstimate(Vector256.Load(x), Vector256.Load(scale + c), Vector256.Load(shift + c));
                if (residual is not null)
                {
                    value += Vector256.Load(residual);
                    residual += 8;
                }

                Vector256.ConditionalSelect(Vector256.LessThan(value, least), least, value).Store(y);
            }
        }
    }

    /// <summary>
    /// The sums over an image of the gradient, and of the gradient times the normalized input; ReLU's gradient is
    /// applied on the way and written, if there is a residual to receive it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumGradients(
        float* gradient, float* y, float* x, int pixels, int channels, float* mean, float* inverse, float* masked, float* sums, float* products)
    {
        new Span<float>(sums, channels).Clear();
        new Span<float>(products, channels).Clear();
        for (var p = 0; p < pixels; p++)
        {
            for (var c = 0; c < channels; c += 8, x += 8, gradient += 8)
            {
                var value = Vector256.Load(gradient);
                if (y is not null)
                {
                    value = Vector256.AndNot(value, Vector256.LessThanOrEqual(Vector256.Load(y), V.Zero));
                    y += 8;
                }

                if (masked is not null)
                {
                    value.Store(masked);
                    masked += 8;
                }

                var normalized = (Vector256.Load(x) - Vector256.Load(mean + c)) * Vector256.Load(inverse + c);
                (Vector256.Load(sums + c) + value).Store(sums + c);
                Vector256.MultiplyAddEstimate(value, normalized, Vector256.Load(products + c)).Store(products + c);
            }
        }
    }

    /// <summary><c>gradInput = gradient * a + x * b + c</c>, ReLU's gradient applied where y is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(float* gradient, float* y, float* x, int pixels, int channels, float* a, float* b, float* offset, float* gradInput)
    {
        for (var p = 0; p < pixels; p++)
        {
            for (var c = 0; c < channels; c += 8, x += 8, gradient += 8, gradInput += 8)
            {
                var value = Vector256.Load(gradient);
                if (y is not null)
                {
                    value = Vector256.AndNot(value, Vector256.LessThanOrEqual(Vector256.Load(y), V.Zero));
                    y += 8;
                }

                var rest = Vector256.MultiplyAddEstimate(Vector256.Load(x), Vector256.Load(b + c), Vector256.Load(offset + c));
                Vector256.MultiplyAddEstimate(value, Vector256.Load(a + c), rest).Store(gradInput);
            }
        }
    }
}
