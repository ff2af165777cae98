using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Fer.Core.Detection.Sources;

/// <summary>A GET request whose response is still arriving.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;

    private HttpConnection(Uri url, HttpClient client, HttpResponseMessage response) => (Url, _client, _response) = (url, client, response);

    /// <summary>Where the redirects led to.</summary>
    public Uri Url { get; }

    public HttpContentHeaders Headers => _response.Content.Headers;

    /// <summary>Whether the server sends parts of files.</summary>
    public bool SendsRanges => _response.StatusCode == HttpStatusCode.PartialContent;

    /// <summary>Whether it is an HLS playlist: its video comes in segments of several seconds.</summary>
    public bool IsPlaylist =>
        Headers.ContentType?.MediaType?.Contains("mpegurl", StringComparison.OrdinalIgnoreCase) == true || Url.AbsolutePath.EndsWith(".m3u8", StringComparison.OrdinalIgnoreCase);

    public Stream Stream => _response.Content.ReadAsStream();

    /// <summary>Sends the request. User and password in the URL are for Basic and Digest authentication, and only for its own host.</summary>
    /// <param name="url">The address; http or https.</param>
    /// <param name="name">The address for messages.</param>
    /// <param name="timeout">Until the headers have arrived.</param>
    /// <param name="token">Cancels the wait.</param>
    /// <param name="asksForRange">Asks for all bytes as a range, to learn whether the server sends parts of files.</param>
    /// <exception cref="FerException">The server does not respond, refuses, or redirects to something else than a web address.</exception>
    public static HttpConnection Open(Uri url, string name, TimeSpan timeout, CancellationToken token, bool asksForRange = false)
    {
        var current = url;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            var credentials = IsSameHost(url, current) ? url.UserInfo : "";
            var connection = Send(current, credentials, name, timeout, asksForRange, token);
            if (!IsRedirect(connection._response, out var location))
            {
                return connection;
            }

            connection.Dispose();
            current = Follow(current, location, name);
        }

        throw new FerException($"{name} redirects more than {MaxRedirects} times; use the address of the stream itself");
    }

    public void Dispose()
    {
        _response.Dispose();
        _client.Dispose();
    }

    private static HttpConnection Send(Uri url, string userInfo, string name, TimeSpan timeout, bool asksForRange, CancellationToken token)
    {
        // Redirects are followed here: the library follows them to other kinds of addresses and fails on malformed ones.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, Credentials = Credentials(userInfo) };
        var client = new HttpClient(handler) { Timeout = timeout };
        HttpResponseMessage? response = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Range = asksForRange ? new RangeHeaderValue(0, null) : null;
            if (userInfo.Length > 0)
            {
                // Simple cameras expect it at once; those with Digest authentication answer with their challenge.
                var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(userInfo)));
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
            }

            response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, token);
            return new HttpConnection(url, client, IsRedirect(response, out _) ? response : response.EnsureSuccessStatusCode());
        }
        catch (Exception failure)
        {
            response?.Dispose();
            client.Dispose();
            token.ThrowIfCancellationRequested();
            throw new FerException($"{name} delivers no video ({failure.Message.TrimEnd('.')}); check the address and the network", failure);
        }
    }

    private static NetworkCredential? Credentials(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        var parts = userInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private static bool IsRedirect(HttpResponseMessage response, out string location)
    {
        // As text: a malformed one must not throw here.
        location = response.Headers.TryGetValues("Location", out var values) ? values.First() : "";
        return (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;
    }

    private static Uri Follow(Uri from, string location, string name) =>
        Uri.TryCreate(from, location, out var target) && target.Scheme is "http" or "https" && location.Length > 0
            ? target
            : throw new FerException($"{name} redirects to '{Secrets.Hide(location)}', which is not a web address; use the address of the stream itself");

    private static bool IsSameHost(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
