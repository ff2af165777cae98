using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>Writes images with boxes and labels drawn on them.</summary>
/// <param name="outputPath">Maps the path of an image to the path of its annotated copy.</param>
/// <param name="overlay">Draws the faces.</param>
public sealed class AnnotatedImageSink(Func<string, string> outputPath, FaceOverlay overlay) : IFrameSink
{
    private readonly Canvas _canvas = new();

    /// <summary>Writes one image to one file.</summary>
    public static AnnotatedImageSink ToFile(string path, FaceOverlay overlay) => new(_ => path, overlay);

    /// <summary>
    /// Writes many images to a folder, with the same relative paths as below <paramref name="root"/>. Images from elsewhere
    /// keep their full path below the folder, so that no two copies collide.
    /// </summary>
    /// <param name="folder">Created if it does not exist.</param>
    /// <param name="root">The folder that contains the images.</param>
    /// <param name="overlay">Draws the faces.</param>
    public static AnnotatedImageSink ToFolder(string folder, string root, FaceOverlay overlay)
    {
        OutputMarker.Write(folder);
        var from = Path.GetFullPath(root);
        // A folder of copies inside that of the images holds those of an earlier run.
        var mayReplace = Below(from, folder) is { } inside && inside != ".";
        return new AnnotatedImageSink(path =>
        {
            var copy = Path.Combine(folder, Below(from, path) ?? Path.GetFullPath(path).TrimStart('/'));
            copy = ImageFile.HasImageExtension(copy) ? copy : $"{copy}.png";
            return mayReplace || Below(from, copy) is null || !File.Exists(copy)
                ? copy
                : throw new FerException($"{copy} would overwrite an image of the input; choose another --output");
        }, overlay);
    }

    /// <summary>A path relative to a folder; null outside of it.</summary>
    private static string? Below(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, Path.GetFullPath(path));
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) ? null : relative;
    }

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        var path = outputPath(frame.Source);
        if (OutputPath.IsSame(path, frame.Source))
        {
            throw new FerException($"{path} would overwrite its source image; choose another --output");
        }

        overlay.Draw(frame, _canvas);
        try
        {
            ImageFile.Write(path, _canvas.Image);
        }
        catch (OpenCVException failure)
        {
            throw new FerException($"no image can be written as {path}; choose a name that ends in .png or .jpg", failure);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _canvas.Dispose();
}
