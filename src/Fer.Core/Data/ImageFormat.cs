using System.Text;

namespace Fer.Core.Data;

/// <summary>The format of an image file, recognized by its first bytes.</summary>
/// <param name="Name">The name that people know.</param>
/// <param name="Converter">For a format that cannot be decoded: a command that converts such a file. Null for one that can.</param>
internal sealed record ImageFormat(string Name, string? Converter = null)
{
    /// <summary>The number of bytes that <see cref="Of"/> needs.</summary>
    public const int BytesNeeded = 64;

    private static readonly ImageFormat Jpeg = new("JPEG"), Png = new("PNG"), Bmp = new("BMP"), Gif = new("GIF");
    private static readonly ImageFormat WebP = new("WebP"), Tiff = new("TIFF"), Pnm = new("PNM");
    private static readonly ImageFormat Heic = new("HEIC", "heif-convert IN.heic OUT.jpg (package libheif-examples) or magick IN.heic OUT.jpg");
    private static readonly ImageFormat Avif = new("AVIF", "avifdec IN.avif OUT.png (package libavif-bin) or ffmpeg -i IN.avif OUT.png");
    private static readonly ImageFormat JpegXl = new("JPEG XL", "djxl IN.jxl OUT.png (package libjxl-tools)");
    private static readonly ImageFormat Jpeg2000 = new("JPEG 2000", "magick IN.jp2 OUT.png (ImageMagick)");
    private static readonly ImageFormat Photoshop = new("Photoshop", "magick 'IN.psd[0]' OUT.png (ImageMagick)");

    /// <summary>The format of a file that starts with these bytes; null if it is not an image.</summary>
    public static ImageFormat? Of(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) => Jpeg,
        _ when start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) => Png,
        _ when start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) => Gif,
        _ when start.StartsWith("RIFF"u8) && At(start, 8).StartsWith("WEBP"u8) => WebP,
        _ when start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8) => Tiff,
        _ when IsBitmap(start) => Bmp,
        _ when IsPnm(start) => Pnm,
        _ when At(start, 4).StartsWith("ftyp"u8) => IsoMedia(start),
        _ when start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || At(start, 4).StartsWith("JXL \r\n"u8) => JpegXl,
        _ when At(start, 4).StartsWith("jP  \r\n"u8) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) => Jpeg2000,
        _ when start.StartsWith("8BPS"u8) => Photoshop,
        _ => null,
    };

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> bytes, int start) => bytes[Math.Min(start, bytes.Length)..];

    /// <summary>Two letters are too few: a text may begin with them. The size of the second header has one of a few values.</summary>
    private static bool IsBitmap(ReadOnlySpan<byte> start) =>
        start.StartsWith("BM"u8) && start.Length > 17 && start[14] is 12 or 40 or 52 or 56 or 64 or 108 or 124 && At(start, 15).StartsWith((ReadOnlySpan<byte>)[0, 0, 0]);

    /// <summary><c>P1</c> to <c>P6</c>, white space, and a number or a comment.</summary>
    private static bool IsPnm(ReadOnlySpan<byte> start) =>
        start.Length > 3 && start[0] == 'P' && start[1] is >= (byte)'1' and <= (byte)'6' && start[2] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'
        && start[3] is (>= (byte)'0' and <= (byte)'9') or (byte)'#' or (byte)'\n';

    /// <summary>The brands of ISO/IEC 23008-12 and the AVIF specification; a video has others.</summary>
    private static ImageFormat? IsoMedia(ReadOnlySpan<byte> start)
    {
        var length = Math.Min(start.Length, Math.Max(16, (start[2] << 8) | start[3]));
        var brands = Encoding.Latin1.GetString(start[8..Math.Max(8, length)]);
        var major = brands[..Math.Min(4, brands.Length)];
        return major switch
        {
            "avif" or "avis" => Avif,
            "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" => Heic,
            // An image whose codec only the compatible brands name.
            "mif1" or "msf1" => brands.Contains("avi", StringComparison.Ordinal) ? Avif : Heic,
            _ => null,
        };
    }
}
