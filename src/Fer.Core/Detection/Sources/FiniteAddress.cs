using System.Net.Http.Headers;
using System.Text;
using Fer.Core.Detection.Ffmpeg;

namespace Fer.Core.Detection.Sources;

/// <summary>
/// Distinguishes recordings behind HTTP (a file, an HLS playlist with an end), which are read once, from live streams,
/// which are reopened whenever they end.
/// </summary>
internal static class FiniteAddress
{
    private const int MostPlaylists = 3, LongestPlaylist = 1 << 20;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { MaxAutomaticRedirections = 5 }) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = LongestPlaylist };

    /// <summary>Whether an address has an end. Where it does not answer, opening it reports why.</summary>
    /// <exception cref="FerException">It is a recording, and there is no ffmpeg to read it.</exception>
    public static bool IsFinite(Uri url, CancellationToken token)
    {
        if (url.Scheme is not ("http" or "https") || !IsRecording(url, MostPlaylists, token))
        {
            return false;
        }

        if (!FfmpegProgram.IsInstalled)
        {
            throw new FerException($"{StreamSource.NameOf(url)} is a recording, which requires the program ffmpeg; install the package ffmpeg, or download it and open the file");
        }

        return true;
    }

    private static bool IsRecording(Uri url, int playlists, CancellationToken token)
    {
        try
        {
            using var response = Http.Send(Request(url), HttpCompletionOption.ResponseHeadersRead, token);
            if (!response.IsSuccessStatusCode)
            {
                return false;
            }

            var type = response.Content.Headers.ContentType?.MediaType ?? "";
            if (type.Contains("mpegurl", StringComparison.OrdinalIgnoreCase) || url.AbsolutePath.EndsWith(".m3u8", StringComparison.OrdinalIgnoreCase))
            {
                using var text = new StreamReader(response.Content.ReadAsStream(token));
                return HasEnd(text.ReadToEnd(), url, playlists, token);
            }

            // MJPEG streams of a camera have neither length nor such a type.
            return response.Content.Headers.ContentLength > 0 && !type.StartsWith("text/", StringComparison.Ordinal) && !type.StartsWith("multipart/", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !token.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A playlist of a recording says so; one of several qualities leads to the playlist of each.</summary>
    private static bool HasEnd(string playlist, Uri url, int playlists, CancellationToken token)
    {
        if (!playlist.Contains("#EXT-X-STREAM-INF", StringComparison.Ordinal))
        {
            return playlist.Contains("#EXT-X-ENDLIST", StringComparison.Ordinal);
        }

        var variant = playlist.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#');
        return playlists > 0 && Uri.TryCreate(url, variant, out var next) && IsRecording(next, playlists - 1, token);
    }

    private static HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (url.UserInfo.Length > 0)
        {
            var credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }

        return request;
    }
}
