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

    /// <summary>One line of limited length without control characters.</summary>
    internal static string OneLine(string message) => Printable(message.Length > MaxLength ? $"{message[..MaxLength]}..." : message, kept: "");

    /// <summary>Replaces control characters: messages quote names from files, which must not control the terminal.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="kept">The control characters that stay.</param>
    internal static string Printable(string text, string kept) => string.Create(text.Length, (text, kept), (printable, source) =>
    {
        for (var i = 0; i < printable.Length; i++)
        {
            var character = source.text[i];
            printable[i] = char.IsControl(character) && !source.kept.Contains(character) ? '?' : character;
        }
    });
}
