using System.IO.Hashing;
using System.Text;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>
/// Writes a ZIP file of uncompressed entries whose contents start at multiples of 64 bytes, so that PyTorch can map them
/// into memory; .NET's own ZipArchive cannot align. The format is PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
/// </summary>
internal sealed class StoredZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const ushort VersionNeeded = 20;

    // The tag of PyTorch's padding field.
    private const ushort PaddingTag = 0x4246;

    // 1980-01-01: the same checkpoint always gives the same bytes.
    private const uint DosTime = 0x00210000;

    private readonly List<Entry> _entries = [];
    private long _position;

    public void Add(string name, ReadOnlySpan<byte> content)
    {
        var path = Encoding.UTF8.GetBytes(name);
        var contentStart = _position + 30 + path.Length + 4;
        var padding = (int)((Alignment - contentStart % Alignment) % Alignment);
        var entry = new Entry(path, Crc32.HashToUInt32(content), (uint)content.Length, checked((uint)_position));
        _entries.Add(entry);
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header);
        writer.Write(0x04034b50u);
        WriteCommon(writer, entry);
        writer.Write((ushort)(4 + padding));
        writer.Write(path);
        writer.Write(PaddingTag);
        writer.Write((ushort)padding);
        writer.Write(new byte[padding]);
        Write(header.GetBuffer().AsSpan(0, (int)header.Length));
        Write(content);
    }

    /// <summary>Writes the central directory; no entry can be added afterwards.</summary>
    public void Complete()
    {
        var start = checked((uint)_position);
        using var directory = new MemoryStream();
        using var writer = new BinaryWriter(directory);
        foreach (var entry in _entries)
        {
            writer.Write(0x02014b50u);
            writer.Write(VersionNeeded);
            WriteCommon(writer, entry);
            // No extra field, comment, disk number or attributes.
            writer.Write((ushort)0);
            writer.Write((ushort)0);
            writer.Write((ushort)0);
            writer.Write((ushort)0);
            writer.Write(0u);
            writer.Write(entry.Offset);
            writer.Write(entry.Name);
        }

        var length = (uint)directory.Length;
        writer.Write(0x06054b50u);
        writer.Write(0u);
        writer.Write((ushort)_entries.Count);
        writer.Write((ushort)_entries.Count);
        writer.Write(length);
        writer.Write(start);
        writer.Write((ushort)0);
        Write(directory.GetBuffer().AsSpan(0, (int)directory.Length));
    }

    /// <summary>The fields that local headers and the central directory share, up to the length of the name.</summary>
    private static void WriteCommon(BinaryWriter writer, Entry entry)
    {
        writer.Write(VersionNeeded);
        // Flag 11: the name is UTF-8. Method 0: stored.
        writer.Write((ushort)0x0800);
        writer.Write((ushort)0);
        writer.Write(DosTime);
        writer.Write(entry.Checksum);
        writer.Write(entry.Length);
        writer.Write(entry.Length);
        writer.Write((ushort)entry.Name.Length);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }

    private sealed record Entry(byte[] Name, uint Checksum, uint Length, uint Offset);
}
