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
        var from = Path.GetFullPath(root);
        return new AnnotatedImageSink(path =>
        {
            var relative = Path.GetRelativePath(from, Path.GetFullPath(path));
            var isBelow = relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
            var copy = Path.Combine(folder, isBelow ? relative : Path.GetFullPath(path).TrimStart('/'));
            return ImageFile.HasImageExtension(copy) ? copy : $"{copy}.png";
        }, overlay);
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
