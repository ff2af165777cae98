using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>
/// The files of <c>torch.save</c>: a ZIP of stored entries with a pickle of the values (<c>data.pkl</c>) and the
/// tensors' elements (<c>data/0</c>, <c>data/1</c>, ...). Values are null, bool, long, double, string, lists,
/// dictionaries with text keys, and <see cref="StoredTensor"/>.
/// </summary>
public static class TorchArchive
{
    private const string Root = "fer";

    // A pickle of protocol 2 with the number 0x1950a86a20f9469cfc6c.
    private static ReadOnlySpan<byte> LegacyBeginning => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    // A byte in the file can become a 64-bit number in memory.
    private const int WidestConversion = 8;

    /// <summary>Writes a dictionary so that <c>torch.load(path, weights_only=True)</c> gives it back.</summary>
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

    /// <summary>Reads the dictionary that a file holds.</summary>
    /// <param name="stream">The file; it can be sought in.</param>
    /// <exception cref="InvalidDataException">The stream is no such file, is damaged, or holds what a checkpoint does not need.</exception>
    public static OrderedDictionary<string, object?> Read(Stream stream)
    {
        CheckBeginning(stream);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Any(entry => entry.Name == "constants.pkl"))
        {
            throw new InvalidDataException("it is a TorchScript program; save the state dictionary with torch.save instead");
        }

        if (zip.Entries.FirstOrDefault(entry => entry.Name == "data.pkl") is not { } pickle)
        {
            throw new InvalidDataException("it holds no data.pkl");
        }

        // Stored entries cannot be larger than the file; a compressed one could be anything.
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
                content = Content(zip.GetEntry($"{folder}data/{key}") ?? throw new InvalidDataException($"it lacks the storage {key}"));
                storages.Add(key, content);
            }

            return content;
        }, tensorBytes: WidestConversion * stream.Length);
        return reader.Read() as OrderedDictionary<string, object?> ?? throw new InvalidDataException("it holds no dictionary");
    }

    /// <summary>Says what a file is that many would take for one of ours.</summary>
    private static void CheckBeginning(Stream stream)
    {
        Span<byte> beginning = stackalloc byte[LegacyBeginning.Length];
        beginning = beginning[..stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (beginning.IsEmpty)
        {
            throw new InvalidDataException("it is empty");
        }

        if (beginning.SequenceEqual(LegacyBeginning))
        {
            throw new InvalidDataException("it has the format of PyTorch before 1.6; load it there and save it again");
        }

        if (!beginning.StartsWith("PK"u8))
        {
            throw new InvalidDataException("it is no file of torch.save (nor is what TorchSharp's own save writes)");
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
        if (Crc32.Of(content) != entry.Crc32)
        {
            throw new InvalidDataException($"the checksum of {entry.FullName} is wrong");
        }

        return content;
    }
}
