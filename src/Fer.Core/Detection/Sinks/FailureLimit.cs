namespace Fer.Core.Detection.Sinks;

/// <summary>Ends a run in which too many files cannot be read, after the other sinks have written them down.</summary>
/// <param name="most">So many may fail.</param>
public sealed class FailureLimit(int most) : IFrameSink
{
    private int _failures;

    /// <inheritdoc/>
    /// <exception cref="FerException">One file too many has failed.</exception>
    public bool Write(Frame frame)
    {
        if (frame.Failure is not null && ++_failures > most)
        {
            throw new FerException(most == 0
                ? $"{frame.Failure}; stopped: remove the file, or omit --strict to skip it"
                : $"{_failures} files cannot be read, the last one is {frame.Source}; check the input, or raise --max-failures");
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
