using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>
/// Images with transparent parts, on white as image viewers show them: dropping the alpha channel would uncover colors
/// that nobody has seen, often black.
/// </summary>
internal static class TransparentImage
{
    private const ushort SamplesPerPixel = 277;

    /// <summary>Whether a file may have an alpha channel or a transparent color.</summary>
    public static bool IsPossible(ReadOnlySpan<byte> file)
    {
        try
        {
            return ImageFormat.Of(file)?.Name switch
            {
                "PNG" => Png(file),
                "WebP" => WebP(file[12..]),
                "TIFF" => ImageHeader.TiffField(file, SamplesPerPixel) is 2 or 4,
                "GIF" => true,
                _ => false,
            };
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // The file ends within its header: the decoder reports it.
            return false;
        }
    }

    /// <summary>Draws a BGRA image of 8 or 16 bits on white.</summary>
    /// <returns>BGR, 8 bits per channel.</returns>
    public static unsafe Mat OnWhite(Mat image)
    {
        using var bytes = new Mat();
        image.ConvertTo(bytes, MatType.CV_8UC4, image.Depth() == MatType.CV_16U ? 1 / 257.0 : 1);
        var (rows, columns) = (bytes.Rows, bytes.Cols);
        var result = new Mat(rows, columns, MatType.CV_8UC3);
        for (var y = 0; y < rows; y++)
        {
            var source = (byte*)bytes.Ptr(y);
            var target = (byte*)result.Ptr(y);
            for (var x = 0; x < columns; x++, source += 4, target += 3)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    target[channel] = (byte)((source[channel] * source[3] + 255 * (255 - source[3]) + 127) / 255);
                }
            }
        }

        return result;
    }

    /// <summary>Color types 4 and 6 have an alpha channel; a chunk tRNS before the pixels makes colors transparent.</summary>
    private static bool Png(ReadOnlySpan<byte> file) => file[25] is 4 or 6 || PngChunks.TryFind(file, "tRNS"u8, end: "IDAT"u8, out _, out _);

    private static bool WebP(ReadOnlySpan<byte> chunk) =>
        (chunk.StartsWith("VP8X"u8) && (chunk[8] & 0x10) != 0) || (chunk.StartsWith("VP8L"u8) && (chunk[12] & 0x10) != 0);
}
