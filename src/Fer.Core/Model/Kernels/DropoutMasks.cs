using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// Dropout masks that depend only on (seed, epoch, step, layer), so that a resumed run draws the same ones. libtorch's
/// own <c>bernoulli_</c> draws serially from one generator and takes as long as a convolution.
/// </summary>
public sealed class DropoutMasks
{
    // Elements per work item: a multiple of the 8 that one hash decides.
    private const int Chunk = 1 << 18;

    private ulong _key;
    private ulong _layer;

    /// <summary>Starts the masks of a training step.</summary>
    public void Begin(ulong seed, int epoch, int step)
    {
        _key = CounterRandom.Mix(CounterRandom.Mix(seed, (ulong)epoch), (ulong)step);
        _layer = 0;
    }

    /// <summary>The key of the next dropout layer in this step.</summary>
    internal ulong NextLayer() => CounterRandom.Mix(_key, ++_layer);

    /// <summary>A byte below which an element is dropped: the probability to the nearest 256th.</summary>
    internal static int Threshold(double probability) => (int)Math.Clamp(Math.Round(probability * 256), 0, 255);

    /// <summary>The scale of kept elements, which preserves the expected value.</summary>
    internal static float Factor(int threshold) => 256f / (256 - threshold);

    /// <summary>A mask of 16 elements from <paramref name="start"/> (a multiple of 8): all bits set where the element is kept.</summary>
    internal static Vector256<short> Kept16(ulong key, int start, int threshold)
    {
        var bytes = Vector128.Create(CounterRandom.Mix(key, (ulong)(start / 8)), CounterRandom.Mix(key, (ulong)(start / 8 + 1))).AsByte();
        var (low, high) = Vector128.Widen(bytes);
        return Vector256.GreaterThanOrEqual(Vector256.Create(low, high), Vector256.Create((ushort)threshold)).AsInt16();
    }

    /// <summary>The same for eight elements.</summary>
    internal static Vector256<int> Kept8(ulong key, int start, int threshold)
    {
        var bytes = Vector128.CreateScalarUnsafe(CounterRandom.Mix(key, (ulong)(start / 8))).AsByte();
        var (low, high) = Vector128.Widen(Vector128.WidenLower(bytes));
        return Vector256.GreaterThanOrEqual(Vector256.Create(low, high), Vector256.Create((uint)threshold)).AsInt32();
    }

    /// <summary>The mask of the next dropout layer in this step: 0 with the given probability, otherwise the scale that preserves the expected value.</summary>
    /// <param name="shape">The mask's shape.</param>
    /// <param name="probability">Of dropping an element, rounded to the nearest 256th.</param>
    /// <param name="type">float32 or bfloat16.</param>
    /// <param name="device">The device of the mask.</param>
    public Tensor Next(ReadOnlySpan<long> shape, double probability, ScalarType type, Device device)
    {
        var key = NextLayer();
        var threshold = Threshold(probability);
        var keep = Factor(threshold);
        var mask = empty(shape, type);
        var count = checked((int)mask.NumberOfElements);
        Workers.For((count + Chunk - 1) / Chunk, chunk =>
        {
            var start = chunk * Chunk;
            var length = Math.Min(Chunk, count - start);
            if (type == ScalarType.BFloat16)
            {
                var part = MemoryMarshal.Cast<byte, ushort>(mask.bytes).Slice(start, length);
                Fill(part, key, start / 8, (ushort)threshold, (ushort)(BitConverter.SingleToUInt32Bits(keep) >> 16));
            }
            else
            {
                var part = MemoryMarshal.Cast<byte, float>(mask.bytes).Slice(start, length);
                Fill(part, key, start / 8, (ushort)threshold, keep);
            }
        });
        if (device.type == DeviceType.CPU)
        {
            return mask;
        }

        using (mask)
        {
            return mask.to(device);
        }
    }

    private static void Fill(Span<ushort> mask, ulong key, int counter, ushort threshold, ushort keepBits)
    {
        for (; mask.Length >= 8; mask = mask[8..])
        {
            Kept(key, counter++, threshold, keepBits).CopyTo(mask);
        }

        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = Kept(key, counter, threshold, keepBits)[i];
        }
    }

    private static void Fill(Span<float> mask, ulong key, int counter, ushort threshold, float keep)
    {
        for (; mask.Length > 0; mask = mask[Math.Min(8, mask.Length)..])
        {
            var kept = Kept(key, counter++, threshold, 1);
            for (var i = 0; i < Math.Min(8, mask.Length); i++)
            {
                mask[i] = kept[i] * keep;
            }
        }
    }

    /// <summary>Decides eight elements by the eight bytes of one hash.</summary>
    private static Vector128<ushort> Kept(ulong key, int counter, ushort threshold, ushort value)
    {
        var random = Vector128.WidenLower(Vector128.CreateScalarUnsafe(CounterRandom.Mix(key, (ulong)counter)).AsByte());
        return Vector128.GreaterThanOrEqual(random, Vector128.Create(threshold)) & Vector128.Create(value);
    }
}
