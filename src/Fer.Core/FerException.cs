namespace Fer.Core;

/// <summary>
/// An expected failure. Its message is a single line that says what failed, on which file or device, and what to do; the
/// command line prints it and exits with code 2.
/// </summary>
public sealed class FerException : Exception
{
    // Long enough for any path; a longer name out of a hostile file would hide the rest of the message.
    private const int MaxLength = 1000;

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

    /// <summary>Removes control characters: messages quote names from files, which must not control the terminal.</summary>
    internal static string OneLine(string message)
    {
        var line = message.Length > MaxLength ? $"{message[..MaxLength]}..." : message;
        return string.Create(line.Length, line, (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
