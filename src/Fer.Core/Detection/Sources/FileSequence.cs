namespace Fer.Core.Detection.Sources;

/// <summary>
/// Images and videos, one file after the other. Frame numbers and times of each video start at 0. A file that cannot be
/// read is reported, and a frame without an image stands for it.
/// </summary>
/// <param name="name">What names the files, for error messages.</param>
/// <param name="paths">The files; with a count, the progress is known.</param>
/// <param name="open">Opens one of them.</param>
/// <param name="options">The shard takes every N-th file.</param>
internal sealed class FileSequence(string name, IEnumerable<string> paths, Func<string, IFrameSource> open, SourceOptions options) : IFrameSource
{
    private readonly ShardPaths _paths = new(name, paths, options);
    private readonly ReadFailures _failures = new(options);
    private IFrameSource? _file;
    private long _opened, _readable;
    private bool _hasFrame;

    public bool IsLive => false;

    public double FramesPerSecond => 0;

    public bool Read(Frame frame, CancellationToken token)
    {
        while (!token.IsCancellationRequested && !_failures.EndsRun && (_file is not null || MoveNext()))
        {
            try
            {
                _file ??= open(_paths.Current);
                if (_file.Read(frame, token))
                {
                    Describe(frame);
                    return true;
                }
            }
            catch (Exception failure) when (failure is FerException or IOException or UnauthorizedAccessException)
            {
                var reason = failure.Message.TrimEnd('.');
                _failures.Add(reason);
                Close();
                frame.Fail(_paths.Position, FrameSources.NameOf(_paths.Current), FerException.OneLine(reason));
                Place(frame);
                return true;
            }

            Close();
        }

        if (!token.IsCancellationRequested && !_failures.EndsRun)
        {
            _paths.CheckEnd("files", _opened, _readable);
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

    private bool MoveNext()
    {
        if (!_paths.MoveNext())
        {
            return false;
        }

        _opened++;
        return true;
    }

    private void Describe(Frame frame)
    {
        _readable += _hasFrame ? 0 : 1;
        _hasFrame = true;
        // An image has no frame number of its own: it is its place in the input.
        frame.Number = frame.IsStill ? _paths.Position : frame.Number;
        Place(frame);
    }

    private void Place(Frame frame)
    {
        frame.File = _paths.Position;
        frame.Progress = _paths.Progress(frame.Progress);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _hasFrame = false;
    }
}
