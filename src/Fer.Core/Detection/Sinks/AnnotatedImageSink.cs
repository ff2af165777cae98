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

    /// <inheritdoc/>
    public bool Write(Frame frame)
    {
        if (frame.Failure is not null)
        {
            return true;
        }

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
