using System.Buffers.Binary;

namespace Fer.Core.Data;

/// <summary>The chunks of a PNG file (RFC 2083, section 3): length, name, content, checksum.</summary>
internal static class PngChunks
{
    /// <summary>Finds the first chunk of a name.</summary>
    /// <param name="file">The file, from its signature on.</param>
    /// <param name="name">Of the chunk.</param>
    /// <param name="end">Of a chunk at which the search ends; empty for the end of the file.</param>
    /// <param name="content">From the chunk's content on, to the end of the file.</param>
    /// <param name="length">Of the content, as the chunk claims.</param>
    public static bool TryFind(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> end, out ReadOnlySpan<byte> content, out long length)
    {
        for (long at = 8; at + 8 <= file.Length; at += 12 + length)
        {
            var chunk = file[(int)at..];
            length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..].StartsWith(name))
            {
                content = chunk[8..];
                return true;
            }

            if (!end.IsEmpty && chunk[4..].StartsWith(end))
            {
                break;
            }
        }

        content = default;
        length = 0;
        return false;
    }
}
