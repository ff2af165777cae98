namespace Fer.Core.Detection;

/// <summary>The names of pictures that are read and written.</summary>
internal static class PictureNames
{
    private static readonly string[] Extensions = [".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"];

    /// <summary>Whether a path ends as a picture's does.</summary>
    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());
}
