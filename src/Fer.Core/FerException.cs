namespace Fer.Core;

/// <summary>
/// The one expected failure: its message is a single line that says what failed, on which file or device, and what to
/// do. The command line prints it and exits with code 2.
/// </summary>
public sealed class FerException : Exception
{
    // Long enough for a path; what goes on longer was put there to bury the rest.
    private const int Longest = 1000;

    /// <summary>A failure described by one line of text.</summary>
    public FerException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>A failure described by one line of text, with the error that caused it.</summary>
    public FerException(string message, Exception cause)
        : base(OneLine(message), cause)
    {
    }

    /// <summary>Messages quote names out of files and folders, which must not steer the terminal that shows them.</summary>
    internal static string OneLine(string message)
    {
        var line = message.Length > Longest ? $"{message[..Longest]}..." : message;
        return string.Create(line.Length, line, (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
