using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Fer.Core.Model.Kernels;

/// <summary>The passes of <see cref="FusedMaxPool"/> over one image in float32.</summary>
internal static unsafe class FusedMaxPoolFloat32
{
    // Winner of a window whose value was not positive, or was dropped.
    private const int None = 4;

    /// <summary>The maximum of each window, then ReLU, then dropout.</summary>
    /// <param name="input"><c>[height, width, channels]</c>.</param>
    /// <param name="size">Size of the input; channels a multiple of eight.</param>
    /// <param name="activate">Whether ReLU follows.</param>
    /// <param name="key">Key of the dropout mask.</param>
    /// <param name="threshold">Threshold of the dropout mask; 0 drops nothing.</param>
    /// <param name="start">The image's first element in the mask.</param>
    /// <param name="output"><c>[height / 2, width / 2, channels]</c>.</param>
    /// <param name="winners">Index of each window's maximum, 0 to 3, or 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        float* input, (int Height, int Width, int Channels) size, bool activate, ulong key, int threshold, int start, float* output, byte* winners)
    {
        var row = (nint)size.Width * size.Channels;
        var factor = Vector256.Create(DropoutMasks.Factor(threshold));
        nint to = 0;
        for (var y = 0; y < size.Height / 2; y++)
        {
            for (var x = 0; x < size.Width / 2; x++)
            {
                var from = input + 2 * y * row + (nint)2 * x * size.Channels;
                for (var c = 0; c < size.Channels; c += 8, to += 8, from += 8)
                {
                    var best = Vector256.Load(from);
                    var winner = Vector256<int>.Zero;
                    TakeMax(ref best, ref winner, Vector256.Load(from + size.Channels), 1);
                    TakeMax(ref best, ref winner, Vector256.Load(from + row), 2);
                    TakeMax(ref best, ref winner, Vector256.Load(from + row + size.Channels), 3);
                    // NaN passes, as in libtorch.
                    var kept = activate ? ~Vector256.LessThanOrEqual(best, V.Zero).AsInt32() : Vector256<int>.AllBitsSet;
                    kept = threshold > 0 ? kept & DropoutMasks.Kept8(key, start + (int)to, threshold) : kept;
                    Narrow(Vector256.ConditionalSelect(kept, winner, Vector256.Create(None))).Store(winners + to);
                    ((best * factor).AsInt32() & kept).AsSingle().Store(output + to);
                }
            }
        }
    }

    /// <summary>The gradient of the input from that of the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gradient, byte* winners, (int Height, int Width, int Channels) size, int threshold, float* gradInput)
    {
        var row = (nint)size.Width * size.Channels;
        var factor = Vector256.Create(DropoutMasks.Factor(threshold));
        nint from = 0;
        for (var y = 0; y < size.Height / 2; y++)
        {
            var to = gradInput + 2 * y * row;
            for (var x = 0; x < size.Width / 2; x++, to += size.Channels)
            {
                // "to" steps over the left column of the window here, and over the right one at the loop's end.
                for (var c = 0; c < size.Channels; c += 8, from += 8, to += 8)
                {
                    var value = (Vector256.Load(gradient + from) * factor).AsInt32();
                    var winner = Widen(winners + from);
                    (value & Vector256.Equals(winner, Vector256<int>.Zero)).AsSingle().Store(to);
                    (value & Vector256.Equals(winner, Vector256.Create(1))).AsSingle().Store(to + size.Channels);
                    (value & Vector256.Equals(winner, Vector256.Create(2))).AsSingle().Store(to + row);
                    (value & Vector256.Equals(winner, Vector256.Create(3))).AsSingle().Store(to + row + size.Channels);
                }
            }

            // An odd width leaves an unread last column; an odd height an unread last row.
            var rest = (int)(gradInput + (2 * y + 1) * row - to);
            new Span<float>(to, rest).Clear();
            new Span<float>(to + row, rest).Clear();
        }

        var last = size.Height / 2 * 2;
        new Span<float>(gradInput + last * row, (int)((size.Height - last) * row)).Clear();
    }

    /// <summary>Keeps the larger value of each lane and the place it came from. NaN is larger than any, as in libtorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeMax(ref V best, ref Vector256<int> winner, V other, int place)
    {
        var wins = Vector256.GreaterThan(other, best).AsInt32() | ~Vector256.Equals(other, other).AsInt32();
        best = Vector256.ConditionalSelect(wins.AsSingle(), other, best);
        winner = Vector256.ConditionalSelect(wins, Vector256.Create(place), winner);
    }

    /// <summary>Eight bytes as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(byte* values)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)values).AsByte());
        return Vector256.WidenLower(shorts.ToVector256Unsafe()).AsInt32();
    }

    /// <summary>Eight integers as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector64<byte> Narrow(Vector256<int> values)
    {
        var shorts = Vector128.Narrow(values.GetLower(), values.GetUpper());
        return Vector128.Narrow(shorts, shorts).AsByte().GetLower();
    }
}
