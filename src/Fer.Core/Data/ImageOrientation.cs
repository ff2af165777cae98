using System.Buffers.Binary;
using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>
/// The orientation that a camera stored (EXIF 2.32, tag Orientation), for images with an alpha channel: OpenCV applies it to all
/// others itself, but not where it keeps the alpha channel.
/// </summary>
internal static class ImageOrientation
{
    private const ushort Orientation = 274;

    /// <summary>The orientation of a PNG or WebP file, 1..8; 1 is upright, and what a file without one has. OpenCV turns TIFF in any case.</summary>
    public static long Of(ReadOnlySpan<byte> file)
    {
        try
        {
            var exif = ImageFormat.Of(file)?.Name switch
            {
                "PNG" => Png(file),
                "WebP" => WebP(file),
                _ => default,
            };
            return exif.IsEmpty ? 1 : ImageHeader.TiffField(exif, Orientation) ?? 1;
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // The block ends within its directory.
            return 1;
        }
    }

    /// <summary>Turns and mirrors an image in place.</summary>
    /// <param name="image">As stored.</param>
    /// <param name="orientation">From <see cref="Of"/>; others change nothing.</param>
    public static void Apply(Mat image, long orientation)
    {
        if (orientation is 5 or 6 or 7 or 8)
        {
            Cv2.Transpose(image, image);
        }

        if (orientation is 2 or 6)
        {
            Cv2.Flip(image, image, FlipMode.Y);
        }
        else if (orientation is 4 or 8)
        {
            Cv2.Flip(image, image, FlipMode.X);
        }
        else if (orientation is 3 or 7)
        {
            Cv2.Flip(image, image, FlipMode.XY);
        }
    }

    private static ReadOnlySpan<byte> Png(ReadOnlySpan<byte> file) =>
        PngChunks.TryFind(file, "eXIf"u8, end: default, out var content, out var length) ? content[..checked((int)Math.Min(length, int.MaxValue))] : default;

    /// <summary>Chunks of even length (RFC 9649); some programs write JPEG's marker before the block.</summary>
    private static ReadOnlySpan<byte> WebP(ReadOnlySpan<byte> file)
    {
        for (long at = 12; at + 8 <= file.Length;)
        {
            var chunk = file[(int)at..];
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("EXIF"u8))
            {
                var exif = chunk[8..][..(int)Math.Min(length, chunk.Length - 8)];
                return exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
            }

            at += 8 + length + length % 2;
        }

        return default;
    }
}
