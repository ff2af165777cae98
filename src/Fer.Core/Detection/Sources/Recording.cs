using System.Buffers.Binary;

namespace Fer.Core.Detection.Sources;

/// <summary>
/// A recording behind HTTP. The program ffmpeg reads it while it arrives, except for an MP4 file with its index at its end
/// on a server that sends files only from the beginning: that one is downloaded first.
/// </summary>
internal static class Recording
{
    /// <summary>Larger files are not downloaded.</summary>
    private const long MaxDownload = 4L << 30;

    private const int BoxHeader = 8, MaxBoxes = 16, MaxBox = 1 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Opens a recording.</summary>
    /// <exception cref="FerException">It cannot be read, or is too large to be downloaded.</exception>
    public static IFrameSource Open(Uri url, SourceOptions options)
    {
        var name = StreamSource.NameOf(url);
        return IndexIsOutOfReach(url, name, options.Cancellation, out var length)
            ? CopiedSource.Open(name, copy => Download(url, name, length, copy, options), VideoSource.Open, options)
            : new FfmpegVideoSource(url.OriginalString, name, options);
    }

    private static bool IndexIsOutOfReach(Uri url, string name, CancellationToken token, out long length)
    {
        using var connection = HttpConnection.Open(url, name, Timeout, token, asksForRange: true);
        length = connection.Headers.ContentLength ?? 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Timeout);
        try
        {
            return !connection.SendsRanges && DataComesFirst(connection.Stream, limit.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // ffmpeg says what is wrong.
            return false;
        }
    }

    /// <summary>Whether the first large part of an MP4 file is not its index; false for every other format.</summary>
    private static bool DataComesFirst(Stream stream, CancellationToken token)
    {
        var box = new byte[MaxBox];
        try
        {
            for (var i = 0; i < MaxBoxes; i++)
            {
                Fill(BoxHeader);
                var type = System.Text.Encoding.Latin1.GetString(box, 4, 4);
                if (type == "mdat")
                {
                    return true;
                }

                var size = BinaryPrimitives.ReadUInt32BigEndian(box);
                if (size is < BoxHeader or > MaxBox || type is not ("ftyp" or "free" or "skip" or "wide" or "uuid" or "pdin"))
                {
                    return false;
                }

                Fill((int)size - BoxHeader);
            }
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            // ffmpeg says what is wrong.
        }

        return false;

        void Fill(int length) => stream.ReadExactlyAsync(box, 0, length, token).AsTask().GetAwaiter().GetResult();
    }

    private static string Download(Uri url, string name, long length, string copy, SourceOptions options)
    {
        const string reason = "has its index at its end, and its server sends files only from the beginning";
        if (length > MaxDownload)
        {
            throw new FerException($"{name} {reason}; download its {length / 1e9:0.0} GB and open the file");
        }

        options.Note($"{name} {reason}: downloading {length / 1e6:0.##} MB first");
        try
        {
            using var connection = HttpConnection.Open(url, name, Timeout, options.Cancellation);
            using var file = File.Create(copy);
            connection.Stream.CopyToAsync(file, options.Cancellation).GetAwaiter().GetResult();
            return copy;
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new FerException($"{name} cannot be downloaded to {Path.GetDirectoryName(copy)} ({failure.Message.TrimEnd('.')}); check the network and the free disk space", failure);
        }
    }
}
