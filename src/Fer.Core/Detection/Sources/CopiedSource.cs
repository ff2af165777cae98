namespace Fer.Core.Detection.Sources;

/// <summary>An input that cannot be searched, which most videos require: it is first copied to a temporary file, to its end.</summary>
internal sealed class CopiedSource : IFrameSource
{
    private readonly string _name;
    private readonly string _copy;
    private readonly IFrameSource _source;

    private CopiedSource(string name, string copy, IFrameSource source) => (_name, _copy, _source) = (name, copy, source);

    public bool IsLive => false;

    public bool IsStill => _source.IsStill;

    public double FramesPerSecond => _source.FramesPerSecond;

    /// <summary>Copies an input and opens the copy.</summary>
    /// <param name="name">What the user calls the input.</param>
    /// <param name="fill">Fills the temporary file and returns its final name.</param>
    /// <param name="open">Opens the copy.</param>
    /// <param name="options">For the copy, with warnings that name the input.</param>
    /// <exception cref="FerException">It cannot be copied or opened.</exception>
    public static CopiedSource Open(string name, Func<string, string> fill, Func<string, SourceOptions, IFrameSource> open, SourceOptions options)
    {
        var copy = Path.GetTempFileName();
        try
        {
            copy = fill(copy);
            return new CopiedSource(name, copy, open(copy, options with { Warn = line => options.Warn(line.Replace(copy, name, StringComparison.Ordinal)) }));
        }
        catch (Exception failure)
        {
            File.Delete(copy);
            if (failure is FerException && failure.Message.Contains(copy, StringComparison.Ordinal))
            {
                throw new FerException(failure.Message.Replace(copy, name, StringComparison.Ordinal), failure);
            }

            throw;
        }
    }

    public bool Read(Frame frame, CancellationToken token)
    {
        try
        {
            if (!_source.Read(frame, token))
            {
                return false;
            }
        }
        catch (FerException failure)
        {
            throw new FerException(failure.Message.Replace(_copy, _name, StringComparison.Ordinal), failure);
        }

        frame.Source = _name;
        return true;
    }

    public bool Skip() => _source.Skip();

    public void Dispose()
    {
        _source.Dispose();
        File.Delete(_copy);
    }
}
