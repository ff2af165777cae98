namespace Fer.Core.Detection.Sinks;

/// <summary>Ends a run in which too many files cannot be read, after the other sinks have written them down.</summary>
/// <param name="most">So many may fail.</param>
/// <param name="isStrict">Whether <c>--strict</c> asks for it, else <c>--max-failures</c>.</param>
public sealed class FailureLimit(int most, bool isStrict) : IFrameSink
{
    private int _failures;

    /// <inheritdoc/>
    /// <exception cref="FerException">One file too many has failed.</exception>
    public bool Write(Frame frame)
    {
        if (frame.Failure is not null && ++_failures > most)
        {
            throw new FerException(isStrict
                ? $"{frame.Failure}; stopped: remove the file, or omit --strict to skip it"
                : $"{frame.Failure}; stopped: more than {most} {(most == 1 ? "file" : "files")} cannot be read (--max-failures {most}); check the input, or raise the limit");
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
