namespace Fer.Core.Cli;

/// <summary>What the commands return to the shell.</summary>
public static class ExitCode
{
    /// <summary>The work is done.</summary>
    public const int Success = 0;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 1;

    /// <summary>An expected failure, explained in one line on stderr.</summary>
    public const int Failure = 2;

    /// <summary>The work is done, and a demanded figure was missed.</summary>
    public const int GateMissed = 3;

    /// <summary>Interrupted by Ctrl+C; what was reached is saved.</summary>
    public const int Interrupted = 130;
}
