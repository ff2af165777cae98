using System.Buffers.Binary;

namespace Fer.Core.Tests.Fuzzing;

/// <summary>Random damage to a file's bytes. The same random numbers give the same damage.</summary>
internal static class Mutation
{
    // Values at which sizes, offsets and counters go wrong.
    private static readonly long[] Boundaries = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue];

    /// <summary>A copy with one to four random changes.</summary>
    /// <param name="bytes">A valid file.</param>
    /// <param name="random">Where the damage comes from.</param>
    /// <param name="tokens">Pieces of the file's format that are inserted and overwritten.</param>
    public static byte[] Of(ReadOnlySpan<byte> bytes, ref CounterRandom random, IReadOnlyList<byte[]> tokens)
    {
        var changed = bytes.ToArray();
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
        {
            changed = Change(changed, ref random, tokens);
        }

        return changed;
    }

    /// <summary>One of the items.</summary>
    public static T Pick<T>(IReadOnlyList<T> items, ref CounterRandom random) => items[random.Next(items.Count)];

    private static byte[] Change(byte[] bytes, ref CounterRandom random, IReadOnlyList<byte[]> tokens)
    {
        if (bytes.Length < 2)
        {
            return [.. Pick(tokens, ref random), (byte)random.Next(256)];
        }

        var at = random.Next(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(8) == 0 ? bytes.Length : 16));
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 5:
                var from = random.Next(bytes.Length - length + 1);
                bytes.AsSpan(from, length).CopyTo(bytes.AsSpan(at, length));
                return bytes;
            case 6:
                return [.. bytes[..at], .. Pick(tokens, ref random), .. bytes[at..]];
            case 7:
                var token = Pick(tokens, ref random);
                return [.. bytes[..at], .. token, .. bytes[Math.Min(bytes.Length, at + token.Length)..]];
            default:
                return Number(bytes, at, ref random);
        }
    }

    /// <summary>Overwrites two, four or eight bytes with a number at a boundary, in either byte order.</summary>
    private static byte[] Number(byte[] bytes, int at, ref CounterRandom random)
    {
        Span<byte> number = stackalloc byte[8];
        var value = Pick(Boundaries, ref random);
        var size = 2 << random.Next(3);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            number = number[..size];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            number = number[^size..];
        }

        number[..Math.Min(size, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
