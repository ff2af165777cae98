namespace Fer.Core.Detection.Sources;

/// <summary>Files of JPEG images one after another, as some cameras record them: a video that begins like an image.</summary>
internal static class RawMotionJpeg
{
    public const string Extension = ".mjpeg";

    public static bool HasExtension(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is Extension or ".mjpg";
}
