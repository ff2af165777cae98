using System.Buffers.Binary;
using OpenCvSharp;

namespace Fer.Core.Detection.Ffmpeg;

/// <summary>
/// Uncompressed frames with their times as a Matroska stream (RFC 9559), which ffmpeg reads from a pipe: plain raw frames
/// have a constant rate, and the frames of phones and screen recordings do not.
/// </summary>
/// <param name="stream">The pipe.</param>
/// <param name="size">The size of every frame.</param>
/// <param name="rate">Frames per second on average: how long the last frame lasts, which no other follows.</param>
internal sealed class RawMatroska(Stream stream, Size size, double rate)
{
    private const int TimestampBytes = 8, BlockHeader = 4;

    private bool _hasHeader;

    /// <summary>Writes a frame.</summary>
    /// <param name="image">BGR, 8 bits per channel.</param>
    /// <param name="time">Since the beginning of the video; to the microsecond.</param>
    public void Write(Mat image, TimeSpan time)
    {
        if (!_hasHeader)
        {
            stream.Write(Header());
            _hasHeader = true;
        }

        // A cluster for each frame: the times within a cluster have only 16 bits.
        var pixels = image.AsSpan<byte>();
        var timestamp = Element(0xE7, Number((ulong)Math.Round(time.TotalMicroseconds)));
        stream.Write(Start(0x1F43B675, timestamp.Length + 1 + TimestampBytes + BlockHeader + pixels.Length));
        stream.Write(timestamp);
        stream.Write(Start(0xA3, BlockHeader + pixels.Length));
        // Track 1, no offset from the cluster's time, a key frame.
        stream.Write([0x81, 0, 0, 0x80]);
        stream.Write(pixels);
    }

    private byte[] Header() =>
    [
        .. Element(0x1A45DFA3, [.. Element(0x4282, "matroska"u8), .. Element(0x4287, [4]), .. Element(0x4285, [2])]),
        // A segment without an end, of times in units of 1000 ns.
        0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        .. Element(0x1549A966, [.. Element(0x2AD7B1, Number(1000)), .. Element(0x4D80, "fer"u8), .. Element(0x5741, "fer"u8)]),
        .. Element(0x1654AE6B, Element(0xAE,
        [
            .. Element(0xD7, [1]), .. Element(0x73C5, [1]), .. Element(0x83, [1]), .. Element(0x9C, [0]), .. Element(0x23E383, Number((ulong)Math.Round(1e9 / rate))), .. Element(0x86, "V_UNCOMPRESSED"u8),
            .. Element(0xE0, [.. Element(0xB0, Number((ulong)size.Width)), .. Element(0xBA, Number((ulong)size.Height)), .. Element(0x2EB524, "BGR\u0018"u8)]),
        ])),
    ];

    private static byte[] Element(uint id, ReadOnlySpan<byte> content) => [.. Start(id, content.Length), .. content];

    /// <summary>The id without leading zeros, and the length in eight bytes.</summary>
    private static byte[] Start(uint id, long length)
    {
        var name = Number(id).AsSpan().TrimStart((byte)0);
        return [.. name, .. Number((1UL << 56) | (ulong)length)];
    }

    private static byte[] Number(ulong value)
    {
        var bytes = new byte[TimestampBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
