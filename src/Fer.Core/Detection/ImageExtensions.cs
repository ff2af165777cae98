namespace Fer.Core.Detection;

/// <summary>The names of images that are read and written.</summary>
internal static class ImageExtensions
{
    private static readonly string[] Extensions = [".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"];

    /// <summary>Whether a path ends as an image's does.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());
}
