using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>Image files, each independent of the others. A file that cannot be read is reported and skipped.</summary>
internal sealed class ImageSource(string name, IEnumerable<string> paths, SourceOptions options) : IFrameSource
{
    private readonly IEnumerator<string> _paths = paths.GetEnumerator();
    private long _position = -1;
    private long _tried;
    private long _read;
    private bool _isDone;

    /// <summary>Files of the folder that are not images, for the line at the end.</summary>
    public IReadOnlyList<string> NotImages { get; init; } = [];

    /// <summary>Whether there is only one image, so that failing to read it ends the run.</summary>
    public bool IsSingle { get; init; }

    public bool IsLive => false;

    public bool IsStill => true;

    public double FramesPerSecond => 0;

    public bool Read(Frame frame, CancellationToken token)
    {
        while (!token.IsCancellationRequested && Skip())
        {
            _tried++;
            var failure = Load(_paths.Current, frame.Image);
            if (failure is null)
            {
                _read++;
                frame.Fill(_position, TimeSpan.Zero, _paths.Current, isStill: true);
                frame.Progress = paths is IReadOnlyCollection<string> { Count: var count } ? (_position + 1.0) / count : 0;
                return true;
            }

            if (IsSingle)
            {
                throw new FerException(failure);
            }

            options.Warn($"{failure}; skipped");
        }

        // A shard may be empty, but if it has images, at least one must be readable.
        if (_read == 0 && !token.IsCancellationRequested && (_tried > 0 || options.Shard == Shard.Whole))
        {
            throw new FerException(_tried == 0 ? $"{name} contains no images" : $"none of the {_tried} images in {name} can be read");
        }

        ReportSkipped();
        return false;
    }

    public bool Skip()
    {
        do
        {
            if (!_paths.MoveNext())
            {
                return false;
            }

            _position++;
        }
        while (!options.Shard.Contains(_position));
        return true;
    }

    public void Dispose() => _paths.Dispose();

    /// <summary>Says once, at the end of the images, how many files were skipped and why.</summary>
    private void ReportSkipped()
    {
        if (!_isDone && new SkippedFiles(NotImages, (int)(_tried - _read)).Describe() is { } line)
        {
            options.Note(line);
        }

        _isDone = true;
    }

    /// <summary>Reads an image, or returns one line that says why it cannot be read.</summary>
    private static string? Load(string path, Mat image)
    {
        if (InputFile.DescribeSpecial(path) is { } kind)
        {
            return $"{path} is {kind}, not an image file";
        }

        try
        {
            if (!ImageDecoder.TryDecode(File.ReadAllBytes(path), out var decoded, out var problem))
            {
                return $"{path} cannot be read: {problem}";
            }

            using (decoded)
            {
                decoded.CopyTo(image);
            }

            return null;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{path} does not exist";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OpenCVException or ArgumentException)
        {
            return $"{path} cannot be read: {failure.Message.ReplaceLineEndings(" ").Trim()}";
        }
    }
}
