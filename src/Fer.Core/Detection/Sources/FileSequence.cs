namespace Fer.Core.Detection.Sources;

/// <summary>
/// Images and videos, one file after the other. Frame numbers and times of each video start at 0. A file that cannot be
/// read is reported and skipped.
/// </summary>
/// <param name="name">What names the files, for error messages.</param>
/// <param name="paths">The files; with a count, the progress is known.</param>
/// <param name="open">Opens one of them.</param>
/// <param name="options">The shard takes every N-th file.</param>
internal sealed class FileSequence(string name, IEnumerable<string> paths, Func<string, IFrameSource> open, SourceOptions options) : IFrameSource
{
    private readonly IEnumerator<string> _paths = paths.GetEnumerator();
    private readonly int _count = paths is IReadOnlyCollection<string> list ? list.Count : 0;
    private IFrameSource? _file;
    private long _position = -1;
    private long _opened, _readable;
    private bool _hasFrame;

    public bool IsLive => false;

    public double FramesPerSecond => 0;

    public bool Read(Frame frame, CancellationToken token)
    {
        while (!token.IsCancellationRequested && (_file is not null || OpenNext()))
        {
            try
            {
                if (_file!.Read(frame, token))
                {
                    Describe(frame);
                    return true;
                }
            }
            catch (FerException failure)
            {
                options.Warn($"{failure.Message}; skipped");
            }

            Close();
        }

        // A shard may be empty, but if it has files, at least one must be readable.
        if (_readable == 0 && !token.IsCancellationRequested && (_opened > 0 || options.Shard == Shard.Whole))
        {
            throw new FerException(_opened == 0 ? $"{name} contains no files" : $"none of the {_opened} files in {name} can be read");
        }

        return false;
    }

    /// <summary>Skips a frame of a video. Each file is read from its beginning.</summary>
    public bool Skip()
    {
        if (_file?.Skip() == false)
        {
            Close();
        }

        return true;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _paths.Dispose();
    }

    private bool OpenNext()
    {
        while (_paths.MoveNext())
        {
            _position++;
            if (!options.Shard.Contains(_position))
            {
                continue;
            }

            _opened++;
            try
            {
                _file = open(_paths.Current);
                return true;
            }
            catch (Exception failure) when (failure is FerException or IOException or UnauthorizedAccessException)
            {
                options.Warn($"{failure.Message.TrimEnd('.')}; skipped");
            }
        }

        return false;
    }

    private void Describe(Frame frame)
    {
        _readable += _hasFrame ? 0 : 1;
        _hasFrame = true;
        // An image has no frame number of its own: it is its place in the input.
        frame.Number = frame.IsStill ? _position : frame.Number;
        frame.Progress = _count > 0 ? (_position + frame.Progress) / _count : 0;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _hasFrame = false;
    }
}
