using Fer.Core.Detection.Overlay;
using OpenCvSharp;

namespace Fer.Core.Detection.Sinks;

/// <summary>Images with boxes and labels drawn in.</summary>
/// <param name="place">From the path of an image to the path of its annotated copy.</param>
/// <param name="overlay">Draws.</param>
public sealed class AnnotatedImageSink(Func<string, string> place, FaceOverlay overlay) : IFrameSink
{
    private readonly Canvas _canvas = new();

    /// <summary>One image to one file.</summary>
    public static AnnotatedImageSink ToFile(string path, FaceOverlay overlay) => new(_ => path, overlay);

    /// <summary>
    /// Many images to a folder, in the same places below it as they have below theirs; others in the places that they
    /// have below the root of all folders, so that no two share one.
    /// </summary>
    /// <param name="folder">Is made where it is missing.</param>
    /// <param name="root">The folder that the images are in.</param>
    /// <param name="overlay">Draws.</param>
    public static AnnotatedImageSink ToFolder(string folder, string root, FaceOverlay overlay)
    {
        var from = Path.GetFullPath(root);
        return new AnnotatedImageSink(path =>
        {
            var relative = Path.GetRelativePath(from, Path.GetFullPath(path));
            var isBelow = relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
            var copy = Path.Combine(folder, isBelow ? relative : Path.GetFullPath(path).TrimStart('/'));
            return ImageExtensions.IsImage(copy) ? copy : $"{copy}.png";
        }, overlay);
    }

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        var path = place(frame.Source);
        if (OutputFile.IsSame(path, frame.Source))
        {
            throw new FerException($"{path} would overwrite the image that it is drawn on; choose another --output");
        }

        overlay.Draw(frame, _canvas);
        try
        {
            OutputFile.ReplaceWithImage(path, _canvas.Image);
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
