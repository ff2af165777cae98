namespace Fer.Core.Data;

/// <summary>Whether a file is an image: by its content, or because its name says so and it must be reported if it is damaged.</summary>
internal static class ImageContent
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".png", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp",
        ".pbm", ".pgm", ".ppm", ".pnm", ".heic", ".heif", ".avif", ".jxl", ".jp2",
    };

    /// <summary>Whether the name of a file or folder begins with a dot.</summary>
    public static bool IsHidden(string path) => Path.GetFileName(path.AsSpan()).StartsWith('.');

    /// <summary>Whether a file belongs to a folder's images. Hidden files, notes, tables, thumbnails and the like do not.</summary>
    public static bool IsListed(string path) => !IsHidden(path) && IsImage(path);

    /// <summary>Whether a file has the extension or the first bytes of an image.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path)) || FormatOf(path) is not null;

    /// <summary>The format by the first bytes of a file; null if it is not an image or cannot be read.</summary>
    public static ImageFormat? FormatOf(string path)
    {
        // Opening a pipe would wait for its writer.
        if (InputFile.DescribeSpecial(path) is not null)
        {
            return null;
        }

        try
        {
            Span<byte> start = stackalloc byte[ImageFormat.BytesNeeded];
            using var file = File.OpenRead(path);
            return ImageFormat.Of(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
