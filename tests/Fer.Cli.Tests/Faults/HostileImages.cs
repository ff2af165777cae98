using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Fer.Core;
using OpenCvSharp;

namespace Fer.Cli.Tests.Faults;

/// <summary>Image files that lie, burst, end too early or are something else, in every format.</summary>
internal static class HostileImages
{
    private static readonly string[] Formats = [".jpg", ".png", ".bmp", ".webp", ".tiff"];

    /// <summary>Writes files of every kind in turn.</summary>
    /// <returns>Their number.</returns>
    public static int Write(string folder, int count)
    {
        byte[][] valid = [.. Formats.Select(Valid)];
        for (var i = 0; i < count; i++)
        {
            var random = CounterRandom.For(5, i);
            var format = random.Next(Formats.Length);
            var file = (i % 8) switch
            {
                0 => Bomb(i / 8, random),
                1 => valid[format][..random.Next(valid[format].Length)],
                2 => Damaged(valid[format], ref random),
                3 => [.. valid[format][..(valid[format].Length / 2)], .. valid[random.Next(Formats.Length)]],
                4 => Damaged(valid[format][..Math.Min(200, valid[format].Length)], ref random),
                5 => Noise(valid[format][..12], 500 + random.Next(2000), ref random),
                6 => i % 16 == 6 ? [] : Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"),
                _ => Lie(valid[format], ref random),
            };
            File.WriteAllBytes(Path.Combine(folder, $"{i:0000}{Formats[format]}"), file);
        }

        return count;
    }

    private static byte[] Valid(string format)
    {
        using var image = new Mat(60, 80, MatType.CV_8UC3);
        Cv2.Randu(image, new Scalar(0, 0, 0), new Scalar(255, 255, 255));
        Cv2.ImEncode(format, image, out var encoded);
        return encoded;
    }

    /// <summary>A few bytes that claim millions of pixels, above the limit and just below it.</summary>
    private static byte[] Bomb(int kind, CounterRandom random)
    {
        var side = random.Next(2) == 0 ? 9_900 : 65_000;
        return (kind % 5) switch
        {
            0 => [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, (byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3],
            // Gray zeros: about 100 kB for 98 million pixels.
            1 => Png(side, side, rows: side < 10_000 ? side : 100),
            2 => Bitmap(side),
            3 => Encoding.ASCII.GetBytes($"P6 {side} {side} 255\n"),
            _ => Tiff(side),
        };
    }

    private static byte[] Png(int width, int height, int rows)
    {
        using var pixels = new MemoryStream();
        using (var compressed = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + width];
            for (var i = 0; i < rows; i++)
            {
                compressed.Write(row);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. checksum];
    }

    private static byte[] Bitmap(int side)
    {
        var file = new byte[60];
        "BM"u8.CopyTo(file);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), side);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -side);
        (file[26], file[28]) = (1, 24);
        return file;
    }

    /// <summary>A directory with width, length, bits, compression, photometry and one strip that is not there.</summary>
    private static byte[] Tiff(int side)
    {
        (ushort Tag, uint Value)[] fields = [(256, (uint)side), (257, (uint)side), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, (uint)side), (279, uint.MaxValue)];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write([.. "II*\0"u8]);
        writer.Write(8u);
        writer.Write((ushort)fields.Length);
        foreach (var (tag, value) in fields)
        {
            writer.Write(tag);
            writer.Write((ushort)4);
            writer.Write(1u);
            writer.Write(value);
        }

        writer.Write(0u);
        return file.ToArray();
    }

    private static byte[] Damaged(byte[] valid, ref CounterRandom random)
    {
        var file = (byte[])valid.Clone();
        for (var changes = 1 + random.Next(20); changes > 0; changes--)
        {
            file[random.Next(file.Length)] = (byte)random.Next(256);
        }

        return file;
    }

    /// <summary>Overwrites four bytes among the first hundred, where sizes and offsets are.</summary>
    private static byte[] Lie(byte[] valid, ref CounterRandom random)
    {
        var file = (byte[])valid.Clone();
        uint[] values = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x0000FFFF, 0xFFFF0000];
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + random.Next(96)), values[random.Next(values.Length)]);
        return file;
    }

    private static byte[] Noise(byte[] start, int length, ref CounterRandom random)
    {
        var file = new byte[length];
        for (var i = 0; i < length; i++)
        {
            file[i] = i < start.Length ? start[i] : (byte)random.Next(256);
        }

        return file;
    }
}
