using System.Buffers.Binary;
using System.Text;

namespace Fer.Core.Data;

/// <summary>
/// The dimensions that an image file claims, read from its first bytes: a few bytes can claim a billion pixels, for
/// which a decoder would allocate gigabytes.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="IsJpeg">Whether the decoder can decode it at a reduced size.</param>
internal readonly record struct ImageHeader(long Width, long Height, bool IsJpeg = false)
{
    // Clamped: two 32-bit dimensions of a hostile file would overflow the product.
    public long Pixels => Math.Min(Width, int.MaxValue) * Math.Min(Height, int.MaxValue);

    /// <summary>Reads the header of a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM file; null for any other or damaged file.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return Parse(file);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The file ends within its header.
            return null;
        }
    }

    private static ImageHeader? Parse(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
        {
            return Jpeg(file);
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
        {
            return new ImageHeader(BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
        }

        if (file.StartsWith("BM"u8))
        {
            return Bitmap(file);
        }

        if (file.StartsWith("GIF8"u8))
        {
            return new ImageHeader(BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));
        }

        if (file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
        {
            return WebP(file[12..]);
        }

        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
        {
            return Tiff(file);
        }

        return file.Length > 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'6' ? Pnm(file) : null;
    }

    /// <summary>Finds the first start-of-frame segment (ITU-T T.81, annex B).</summary>
    private static ImageHeader? Jpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 9 <= file.Length;)
        {
            if (file[at] != 0xFF)
            {
                return null;
            }

            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                // A fill byte.
                at++;
                continue;
            }

            // 0xC4, 0xC8 and 0xCC are tables and extensions; the other markers of this row start a frame.
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                return new ImageHeader(BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]), IsJpeg: true);
            }

            var isStandalone = marker is 0x01 or (>= 0xD0 and <= 0xD8);
            at += isStandalone ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }

    private static ImageHeader Bitmap(ReadOnlySpan<byte> file)
    {
        var isCoreHeader = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12;
        if (isCoreHeader)
        {
            return new ImageHeader(BinaryPrimitives.ReadUInt16LittleEndian(file[18..]), BinaryPrimitives.ReadUInt16LittleEndian(file[20..]));
        }

        // A negative height means that the rows start at the top.
        return new ImageHeader(Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[18..])), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..])));
    }

    /// <summary>Reads the first chunk (RFC 9649): lossy, lossless or extended.</summary>
    private static ImageHeader? WebP(ReadOnlySpan<byte> chunk)
    {
        if (chunk.StartsWith("VP8 "u8))
        {
            return new ImageHeader(BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(chunk[16..]) & 0x3FFF);
        }

        if (chunk.StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(chunk[9..]);
            return new ImageHeader((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
        }

        if (chunk.StartsWith("VP8X"u8))
        {
            return new ImageHeader((BinaryPrimitives.ReadUInt32LittleEndian(chunk[12..]) & 0xFFFFFF) + 1, (BinaryPrimitives.ReadUInt32LittleEndian(chunk[14..]) >> 8) + 1);
        }

        return null;
    }

    /// <summary>Reads ImageWidth and ImageLength of the first directory.</summary>
    private static ImageHeader? Tiff(ReadOnlySpan<byte> file) =>
        TiffField(file, 256) is { } width && TiffField(file, 257) is { } height ? new ImageHeader(width, height) : null;

    /// <summary>The value of a field in the first directory of a TIFF file (TIFF 6.0, sections 2 and 8); null if it has none.</summary>
    internal static long? TiffField(ReadOnlySpan<byte> file, ushort tag)
    {
        var isLittleEndian = file[0] == 'I';
        var directory = file[checked((int)Math.Min(int.MaxValue, UInt32(file[4..])))..];
        var count = UInt16(directory);
        for (var entry = 0; entry < count; entry++)
        {
            var field = directory.Slice(2 + 12 * entry, 12);
            if (UInt16(field) == tag)
            {
                var isShort = UInt16(field[2..]) == 3;
                return isShort ? UInt16(field[8..]) : UInt32(field[8..]);
            }
        }

        return null;

        ushort UInt16(ReadOnlySpan<byte> bytes) => isLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        uint UInt32(ReadOnlySpan<byte> bytes) => isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>Two decimal numbers after the magic number, with white space and comments before each.</summary>
    private static ImageHeader? Pnm(ReadOnlySpan<byte> file)
    {
        // Comments may be long, but not without end.
        var lines = Encoding.Latin1.GetString(file[2..Math.Min(file.Length, 4096)]).Split('\n').Select(line => line.Split('#')[0]);
        var numbers = string.Join(' ', lines).Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        return numbers.Length >= 2 && uint.TryParse(numbers[0], out var width) && uint.TryParse(numbers[1], out var height)
            ? new ImageHeader(width, height)
            : null;
    }
}
