using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>
/// The file format of <c>torch.save</c>: a ZIP of uncompressed entries with a pickle of the values (<c>data.pkl</c>) and
/// the elements of the tensors (<c>data/0</c>, <c>data/1</c>, ...). Values are null, bool, long, double, string, lists,
/// dictionaries with string keys, and <see cref="StoredTensor"/>.
/// </summary>
public static class TorchArchive
{
    private const string Root = "fer";

    // A pickle of protocol 2 with PyTorch's magic number 0x1950a86a20f9469cfc6c.
    private static ReadOnlySpan<byte> LegacyMagic => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    // One byte in the file can become an int64 in memory.
    private const int MaxExpansion = 8;

    /// <summary>Writes a dictionary so that <c>torch.load(path, weights_only=True)</c> returns it.</summary>
    public static void Write(Stream stream, OrderedDictionary<string, object?> values)
    {
        var pickle = new PickleWriter();
        var zip = new StoredZipWriter(stream);
        zip.Add($"{Root}/data.pkl", pickle.Write(values));
        zip.Add($"{Root}/.format_version", "1"u8);
        zip.Add($"{Root}/.storage_alignment", "64"u8);
        zip.Add($"{Root}/byteorder", "little"u8);
        for (var key = 0; key < pickle.Storages.Count; key++)
        {
            zip.Add(string.Create(CultureInfo.InvariantCulture, $"{Root}/data/{key}"), pickle.Storages[key].Data);
        }

        zip.Add($"{Root}/version", "3\n"u8);
        zip.Complete();
    }

    /// <summary>Reads the dictionary of a file.</summary>
    /// <param name="stream">The file; it must be seekable.</param>
    /// <exception cref="InvalidDataException">The stream is not such a file, is damaged, or contains what checkpoints do not need.</exception>
    public static OrderedDictionary<string, object?> Read(Stream stream)
    {
        RejectOtherFormats(stream);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Any(entry => entry.Name == "constants.pkl"))
        {
            throw new InvalidDataException("it is a TorchScript module; save the state dictionary with torch.save instead");
        }

        if (zip.Entries.FirstOrDefault(entry => entry.Name == "data.pkl") is not { } pickle)
        {
            throw new InvalidDataException("it has no data.pkl");
        }

        // Uncompressed entries cannot be larger than the file; a compressed one could have any size.
        if (zip.Entries.Any(entry => entry.CompressedLength != entry.Length) || zip.Entries.Sum(entry => entry.Length) > stream.Length)
        {
            throw new InvalidDataException("its entries are compressed, which PyTorch never does");
        }

        var folder = pickle.FullName[..^"data.pkl".Length];
        if (zip.GetEntry(folder + "byteorder") is { } order && Encoding.ASCII.GetString(Content(order)).Trim() != "little")
        {
            throw new InvalidDataException("its numbers are big-endian");
        }

        var storages = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var reader = new PickleReader(Content(pickle), key =>
        {
            if (!storages.TryGetValue(key, out var content))
            {
                content = Content(zip.GetEntry($"{folder}data/{key}") ?? throw new InvalidDataException($"storage {key} is missing"));
                storages.Add(key, content);
            }

            return content;
        }, tensorBytes: MaxExpansion * stream.Length);
        return reader.Read() as OrderedDictionary<string, object?> ?? throw new InvalidDataException("it does not contain a dictionary");
    }

    /// <summary>Names the format of a file that is easily mistaken for a checkpoint.</summary>
    private static void RejectOtherFormats(Stream stream)
    {
        Span<byte> magic = stackalloc byte[LegacyMagic.Length];
        magic = magic[..stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (magic.IsEmpty)
        {
            throw new InvalidDataException("it is empty");
        }

        if (magic.SequenceEqual(LegacyMagic))
        {
            throw new InvalidDataException("it has the format of PyTorch before 1.6; load it in PyTorch and save it again");
        }

        if (!magic.StartsWith("PK"u8))
        {
            throw new InvalidDataException("it is not a PyTorch checkpoint (.pt); ONNX, .h5 and TorchSharp files are not supported");
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"{entry.FullName} is larger than 2 GB");
        }

        var content = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        if (Crc32.HashToUInt32(content) != entry.Crc32)
        {
            throw new InvalidDataException($"the checksum of {entry.FullName} is wrong");
        }

        return content;
    }
}
