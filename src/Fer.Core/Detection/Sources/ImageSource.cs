using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Sources;

/// <summary>Image files, each independent of the others. A file that cannot be read is reported, and a frame without an image stands for it.</summary>
internal sealed class ImageSource(string name, IEnumerable<string> paths, SourceOptions options) : IFrameSource
{
    private readonly ShardPaths _paths = new(name, paths, options);
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
                frame.Fill(_paths.Position, TimeSpan.Zero, _paths.Current, isStill: true);
            }
            else if (IsSingle)
            {
                throw new FerException(failure);
            }
            else
            {
                options.Warn($"{failure}; skipped");
                frame.Fail(_paths.Position, _paths.Current, failure);
            }

            frame.File = _paths.Position;
            frame.Progress = _paths.Progress(within: 1);
            return true;
        }

        if (!token.IsCancellationRequested)
        {
            _paths.CheckEnd("images", _tried, _read);
        }

        ReportSkipped();
        return false;
    }

    public bool Skip() => _paths.MoveNext();

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
