using Fer.Core.Data;

namespace Fer.Core.Detection.Sinks;

/// <summary>
/// Writes a crop of every detected face: grayscale, upright, at its original resolution. Taken as whole
/// images they get the same predictions.
/// </summary>
/// <param name="names">The paths in the folder, by source.</param>
/// <param name="force">Whether existing files may be replaced.</param>
public sealed class CropSink(CopyNames names, bool force) : IFrameSink
{
    private readonly Dictionary<string, long?> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    /// <exception cref="FerException">A crop exists already, or cannot be written.</exception>
    public bool Write(Frame frame)
    {
        foreach (var face in frame.DetectedFaces)
        {
            var start = names.For(frame.Source.Replace("://", "/", StringComparison.Ordinal), [], "");
            var path = frame.IsStill ? $"{start}-{face.TrackId}.png" : Path.Combine(start, $"{frame.Number:000000}-{face.TrackId}.png");
            // A file that a list names again replaces its own crops.
            var isRepeated = !_files.TryAdd(start, frame.File) && _files[start] != frame.File;
            names.RefuseInput(path, frame.Source);
            OutputPath.RequireNew(path, "--crops", force || isRepeated);
            using var crop = FacePreprocessor.CropUnscaled(frame.Image, face.Box, face.Roll);
            ImageFile.Write(path, crop);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
