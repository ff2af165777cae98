using Fer.Core.Detection.Ffmpeg;

namespace Fer.Core.Detection.Sources;

/// <summary>
/// Distinguishes recordings behind HTTP (a file, an HLS playlist with an end), which are read once, from live streams,
/// which are reopened whenever they end.
/// </summary>
internal static class FiniteAddress
{
    private const int MaxPlaylists = 3, MaxPlaylistLength = 1 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether an address has an end.</summary>
    /// <exception cref="FerException">It does not answer, or is a recording and there is no ffmpeg to read it.</exception>
    public static bool IsFinite(Uri url, CancellationToken token)
    {
        if (url.Scheme is not ("http" or "https") || !IsRecording(url, StreamSource.NameOf(url), MaxPlaylists, token))
        {
            return false;
        }

        if (!FfmpegProgram.IsInstalled)
        {
            throw new FerException($"{StreamSource.NameOf(url)} is a recording, which requires the program ffmpeg; install the package ffmpeg, or download it and open the file");
        }

        return true;
    }

    /// <summary>Whether a live stream is over: its playlist, which never changes again, would be played from its beginning.</summary>
    /// <exception cref="FerException">It does not answer.</exception>
    public static bool HasEnded(Uri url, CancellationToken token)
    {
        if (url.Scheme is not ("http" or "https"))
        {
            return false;
        }

        var name = StreamSource.NameOf(url);
        using var connection = HttpConnection.Open(url, name, Timeout, token);
        return connection.IsPlaylist && HasEnd(Playlist(connection, name, token), connection.Url, name, MaxPlaylists, token);
    }

    private static bool IsRecording(Uri url, string name, int playlists, CancellationToken token)
    {
        using var connection = HttpConnection.Open(url, name, Timeout, token);
        var type = connection.Headers.ContentType?.MediaType ?? "";
        if (connection.IsPlaylist)
        {
            return HasEnd(Playlist(connection, name, token), connection.Url, name, playlists, token);
        }

        if (type == "text/html")
        {
            throw new FerException($"{name} is a web page, not a video; use the address of the video or stream in it");
        }

        // MJPEG streams of a camera have neither length nor such a type.
        return connection.Headers.ContentLength > 0 && !type.StartsWith("text/", StringComparison.Ordinal) && !type.StartsWith("multipart/", StringComparison.Ordinal);
    }

    private static string Playlist(HttpConnection connection, string name, CancellationToken token)
    {
        var text = new char[MaxPlaylistLength];
        // The client's own time limit ends with the headers.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Timeout);
        try
        {
            using var reader = new StreamReader(connection.Stream);
            return new string(text, 0, reader.ReadBlockAsync(text, limit.Token).AsTask().GetAwaiter().GetResult());
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new FerException($"{name} delivers no video (its playlist did not come within {Timeout.TotalSeconds} seconds); check the address and the network");
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new FerException($"{name} delivers no video ({failure.Message.TrimEnd('.')}); check the address and the network", failure);
        }
    }

    /// <summary>A playlist of a recording says so; one of several qualities leads to the playlist of each.</summary>
    private static bool HasEnd(string playlist, Uri url, string name, int playlists, CancellationToken token)
    {
        if (!playlist.Contains("#EXT-X-STREAM-INF", StringComparison.Ordinal))
        {
            return playlist.Contains("#EXT-X-ENDLIST", StringComparison.Ordinal);
        }

        var variant = playlist.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#');
        return playlists > 0 && Uri.TryCreate(url, variant, out var next) && next.Scheme is ("http" or "https") && IsRecording(next, name, playlists - 1, token);
    }
}
