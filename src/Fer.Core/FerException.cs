namespace Fer.Core;

/// <summary>
/// The one expected failure: its message is a single line that says what failed, on which file or device, and what to
/// do. The command line prints it and exits with <see cref="Cli.ExitCode.Failure"/>.
/// </summary>
public sealed class FerException : Exception
{
    /// <summary>A failure described by one line of text.</summary>
    public FerException(string message)
        : base(message)
    {
    }

    /// <summary>A failure described by one line of text, with the error that caused it.</summary>
    public FerException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
