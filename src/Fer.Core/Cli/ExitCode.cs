namespace Fer.Core.Cli;

/// <summary>The exit codes of the commands.</summary>
public static class ExitCode
{
    /// <summary>Success.</summary>
    public const int Success = 0;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 1;

    /// <summary>An expected failure, explained in one line on stderr.</summary>
    public const int Failure = 2;

    /// <summary>The command ran, but a required accuracy was not reached.</summary>
    public const int GateMissed = 3;

    /// <summary>Interrupted by Ctrl+C; the progress so far is saved.</summary>
    public const int Interrupted = 130;
}
