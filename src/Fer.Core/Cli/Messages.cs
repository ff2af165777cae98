using Fer.Core.Data;

namespace Fer.Core.Cli;

/// <summary>Messages for people: on stderr, so that stdout holds results alone.</summary>
public static class Messages
{
    // More lines would push the important ones off the screen.
    private const int FilesShown = 10;

    /// <summary>How much this process says; set from the command line before a command runs.</summary>
    public static Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>Writes a line to stderr, unless <c>--quiet</c> asks for silence; if the terminal is gone, the work continues.</summary>
    public static void Say(string line)
    {
        if (Verbosity > Verbosity.Quiet)
        {
            Say(Console.Error, line);
        }
    }

    /// <summary>Writes a line that only <c>--verbose</c> asks for.</summary>
    public static void Detail(string line)
    {
        if (Verbosity == Verbosity.Verbose)
        {
            Say(Console.Error, FerException.OneLine(line));
        }
    }

    /// <summary>Writes a line; if the terminal is gone, the work continues.</summary>
    public static void Say(TextWriter error, string line)
    {
        try
        {
            error.WriteLine(Printable(line));
        }
        catch (IOException)
        {
            // A broken ssh connection: the results so far must still be saved.
        }
    }

    /// <summary>Replaces control characters other than line breaks and tabs.</summary>
    /// <param name="text">One or more lines.</param>
    public static string Printable(string text) => FerException.Printable(text, kept: "\n\t");

    /// <summary>Writes a warning, with <c>--quiet</c> too.</summary>
    public static void Warn(string line) => Say(Console.Error, $"warning: {FerException.OneLine(line)}");

    /// <summary>Says in one line how many files a run skipped, and why.</summary>
    public static void Say(SkippedFiles skipped)
    {
        if (skipped.Describe() is { } line)
        {
            Say(line);
        }
    }

    /// <summary>Names the files that were skipped.</summary>
    public static void Warn(IReadOnlyList<UnreadableImage> unreadable)
    {
        foreach (var image in unreadable.Take(FilesShown))
        {
            Warn($"skipped {image.Path}: {image.Reason}");
        }

        if (unreadable.Count > 0)
        {
            Warn($"skipped {unreadable.Count} unreadable {(unreadable.Count == 1 ? "file" : "files")}{(unreadable.Count > FilesShown ? $" (the first {FilesShown} are listed above)" : "")}");
        }
    }
}
