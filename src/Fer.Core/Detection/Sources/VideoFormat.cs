namespace Fer.Core.Detection.Sources;

/// <summary>Recognizes video files by their first bytes: in a folder, names prove nothing.</summary>
internal static class VideoFormat
{
    private const int HeaderSize = 192, TransportPacketSize = 188;

    // ISO base media files (ftyp) that hold images or sound alone.
    private static readonly string[] OtherBrands = ["heic", "heix", "hevc", "mif1", "msf1", "avif", "avis", "crx ", "M4A ", "M4B "];

    /// <summary>Whether a file looks like a video; false for one that cannot be read.</summary>
    public static bool IsVideo(string path)
    {
        if (InputFile.DescribeSpecial(path) is not null)
        {
            return false;
        }

        try
        {
            using var file = File.OpenRead(path);
            Span<byte> header = stackalloc byte[HeaderSize];
            return IsVideo(header[..file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static bool IsVideo(ReadOnlySpan<byte> header)
    {
        if (header.Length < 12)
        {
            return false;
        }

        // MP4, MOV, 3GP; files of old QuickTime begin with their data.
        if (header[4..8].SequenceEqual("ftyp"u8))
        {
            return !OtherBrands.Contains(System.Text.Encoding.Latin1.GetString(header[8..12]), StringComparer.Ordinal);
        }

        return header[4..8].SequenceEqual("moov"u8)
            || header[4..8].SequenceEqual("mdat"u8)
            || (header[..4].SequenceEqual("RIFF"u8) && header[8..12].SequenceEqual("AVI "u8))
            || header[..4].SequenceEqual((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) // Matroska, WebM
            || header[..4].SequenceEqual((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75]) // WMV
            || header[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 1, 0xBA]) // MPEG program stream
            || header[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 1, 0xB3]) // MPEG video
            || header[..4].SequenceEqual("FLV\u0001"u8)
            || header[..4].SequenceEqual("OggS"u8)
            || header[..4].SequenceEqual("GIF8"u8)
            || (header[0] == 0x47 && header.Length > TransportPacketSize && header[TransportPacketSize] == 0x47) // MPEG transport stream
            || (header[4] == 0x47 && header[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0])); // M2TS, from cameras
    }
}
