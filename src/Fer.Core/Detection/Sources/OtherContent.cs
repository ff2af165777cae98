using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Detection.Sources;

/// <summary>
/// Says what a file is that is plainly neither an image nor a video. ffmpeg would not: it reads a text as the video of a
/// terminal, and calls a document damaged.
/// </summary>
internal static class OtherContent
{
    private const int BytesRead = 512;

    // By the first bytes, with what to do.
    private static readonly (string Start, string Kind)[] Kinds =
    [
        ("%PDF", "a PDF document; convert its pages first: pdftoppm -png IN.pdf OUT (package poppler-utils)"),
        ("PK\u0003\u0004", "an archive or an office document; unpack it and name the images"),
        ("\u001F\u008B", "a compressed file; unpack it and name the images"),
        ("7z\u00BC\u00AF", "an archive; unpack it and name the images"),
        ("Rar!", "an archive; unpack it and name the images"),
        ("\u007FELF", "a program"),
        ("SQLite format 3", "a database"),
        ("ID3", "a sound file"),
        ("fLaC", "a sound file"),
    ];

    // Texts that lead to videos or hold one.
    private static readonly string[] VideoTexts = ["#EXTM3U", "YUV4MPEG2", "ffconcat version"];

    /// <summary>One sentence that says what a file is and what to do; null if it may be an image or a video.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static string? Describe(string path)
    {
        var bytes = new byte[BytesRead];
        using var file = File.OpenRead(path);
        var start = bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        if (start.IsEmpty)
        {
            return $"{path} is empty; name an image or a video";
        }

        // What is damaged or has the wrong content is reported by the decoder.
        return !ImageContent.IsImage(path) && !VideoFormat.IsVideo(start) && KindOf(start) is { } kind ? $"{path} is not an image or a video but {kind}" : null;
    }

    private static string? KindOf(ReadOnlySpan<byte> start)
    {
        var letters = Encoding.Latin1.GetString(start);
        if (Array.Find(Kinds, kind => letters.StartsWith(kind.Start, StringComparison.Ordinal)) is { Kind: { } known })
        {
            return known;
        }

        if ((letters.StartsWith("RIFF", StringComparison.Ordinal) && letters.Length >= 12 && letters[8..12] == "WAVE") || (letters.Length >= 12 && letters[4..8] == "ftyp" && letters[8..11] is "M4A" or "M4B"))
        {
            return "a sound file";
        }

        if (!IsText(start) || Array.Exists(VideoTexts, text => letters.StartsWith(text, StringComparison.Ordinal)))
        {
            return null;
        }

        return letters.Contains("<svg", StringComparison.OrdinalIgnoreCase)
            ? "an SVG drawing; convert it first: rsvg-convert IN.svg -o OUT.png (package librsvg2-bin)"
            : "a text; if it lists files, pass it on standard input: fer-detect - < LIST";
    }

    /// <summary>Whether there are no control characters but white space, escapes and a byte order mark of UTF-16.</summary>
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return start.Length > 3 && start[2..].IndexOfAny((byte)'\n', (byte)0) >= 0;
        }

        foreach (var letter in start)
        {
            if (letter is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B) or 0x7F)
            {
                return false;
            }
        }

        return true;
    }
}
