using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Detection.Sources;

/// <summary>Paths from standard input, one per line or separated by zero bytes (<c>find -print0</c>).</summary>
internal static class ListedPaths
{
    private const int BufferSize = 1 << 16;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The paths as they arrive; empty ones are skipped.</summary>
    /// <param name="input">UTF-8, with or without a byte order mark.</param>
    /// <exception cref="FerException">It is an image or a video.</exception>
    public static IEnumerable<string> Read(Stream input)
    {
        var buffer = new byte[BufferSize];
        var path = new MemoryStream();
        var count = input.Read(buffer);
        // Only what has arrived by now: a list may come slowly, and its first file must not wait for the second.
        RefuseContent(buffer.AsSpan(0, count));
        for (var next = buffer.AsSpan(0, count).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0; count > 0; next = 0)
        {
            for (; next < count; next++)
            {
                if (buffer[next] is not ((byte)'\n' or 0))
                {
                    path.WriteByte(buffer[next]);
                }
                else if (Take(path) is { } found)
                {
                    yield return found;
                }
            }

            count = input.Read(buffer);
        }

        if (Take(path) is { } last)
        {
            yield return last;
        }
    }

    private static string? Take(MemoryStream path)
    {
        var line = Encoding.UTF8.GetString(path.GetBuffer(), 0, (int)path.Length).TrimEnd('\r');
        path.SetLength(0);
        return string.IsNullOrWhiteSpace(line) ? null : line;
    }

    private static void RefuseContent(ReadOnlySpan<byte> start)
    {
        if (IsList(start[..Math.Min(start.Length, 512)]))
        {
            return;
        }

        var kind = ImageFormat.Of(start) is { Name: var name } ? $"{(name[0] == 'A' ? "an" : "a")} {name} image" : VideoFormat.IsVideo(start) ? "a video" : null;
        if (kind is not null)
        {
            throw new FerException($"standard input is {kind}, not a list of files; pass it as /dev/stdin (fer-detect /dev/stdin), or name the file");
        }
    }

    /// <summary>Whether there are no control characters, which every image and video has at its start: names may begin like one (P6 1.png).</summary>
    private static bool IsList(ReadOnlySpan<byte> start)
    {
        foreach (var letter in start)
        {
            if (letter is < 0x20 and not ((byte)'\n' or (byte)'\r' or (byte)'\t' or 0))
            {
                return false;
            }
        }

        return true;
    }
}
