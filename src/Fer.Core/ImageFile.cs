using OpenCvSharp;

namespace Fer.Core;

/// <summary>Image files on disk.</summary>
public static class ImageFile
{
    private static readonly string[] Extensions = [".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"];

    /// <summary>The extensions of the formats that <see cref="Write"/> knows.</summary>
    public static IReadOnlyCollection<string> WrittenExtensions => Extensions;

    /// <summary>Whether a file name has the extension of an image format that is read and written here.</summary>
    public static bool HasImageExtension(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether the content of a regular file is an image.</summary>
    public static bool IsImage(string path) => InputFile.DescribeSpecial(path) is null && Cv2.HaveImageReader(path);

    /// <summary>
    /// Encodes an image in the format of the path's extension and writes it with <see cref="AtomicFile"/>, since OpenCV's
    /// own writer does not report a full disk.
    /// </summary>
    /// <exception cref="FerException">The file cannot be written; an earlier file at the path is unchanged.</exception>
    /// <exception cref="OpenCVException">There is no image format of this extension.</exception>
    public static void Write(string path, Mat image)
    {
        if (!Cv2.ImEncode(Path.GetExtension(path), image, out var encoded))
        {
            throw new FerException($"{path} cannot be written: an image of {image.Width}x{image.Height} pixels does not fit this format");
        }

        AtomicFile.Replace(path, temporary => File.WriteAllBytes(temporary, encoded));
    }
}
