using Fer.Core.Data;

namespace Fer.Core.Cli;

/// <summary>Messages for people: on stderr, so that stdout holds results alone.</summary>
public static class Messages
{
    // More than these would push what matters off the screen.
    private const int FilesShown = 10;

    /// <summary>Writes a line; where the terminal is gone, nobody reads it, and the work goes on.</summary>
    public static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
            // An ssh connection that broke: what was reached must still be saved.
        }
    }

    /// <summary>Writes a line about something that goes wrong and does not end the run.</summary>
    public static void Warn(string line) => Say($"warning: {FerException.OneLine(line)}");

    /// <summary>Names the files that were left out.</summary>
    public static void Warn(IReadOnlyList<UnreadableImage> unreadable)
    {
        foreach (var image in unreadable.Take(FilesShown))
        {
            Warn($"{image.Path} is left out: {image.Reason}");
        }

        if (unreadable.Count > 0)
        {
            Warn($"unreadable files left out: {unreadable.Count}{(unreadable.Count > FilesShown ? $" (the first {FilesShown} are named above)" : "")}");
        }
    }
}
