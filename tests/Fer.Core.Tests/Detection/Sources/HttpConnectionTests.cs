using System.Net;
using System.Net.Sockets;
using System.Text;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class HttpConnectionTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _requests = [];

    public HttpConnectionTests() => _listener.Start();

    private Uri Address => new($"http://user:secret@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/stream");

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("//[")]
    [InlineData("http://[")]
    [InlineData("ftp://127.0.0.1/stream")]
    [InlineData("rtsp://127.0.0.1/stream")]
    [InlineData("rtsp://user:secret@127.0.0.1/stream?token=secret")]
    [InlineData("gopher://x")]
    [InlineData("")]
    public void A_redirect_to_anything_but_a_web_address_is_one_expected_failure(string location)
    {
        Answer($"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var failure = Assert.Throws<FerException>(() => FrameSources.Open(Address.ToString(), new SourceOptions()));

        Assert.Contains("is not a web address", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_redirects_end_after_five()
    {
        Answer([.. Enumerable.Repeat("HTTP/1.1 301 Moved\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 10)]);

        var failure = Assert.Throws<FerException>(() => Open());

        Assert.Contains("redirects more than 5 times", failure.Message, StringComparison.Ordinal);
        Assert.Equal(6, Requests.Length);
    }

    [Fact]
    public void A_redirect_on_the_same_server_is_followed_with_the_password()
    {
        Answer("HTTP/1.1 307 Moved\r\nLocation: live\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");

        using var connection = Open();

        Assert.Equal("/live", connection.Url.AbsolutePath);
        Assert.All(Requests, request => Assert.Contains("Authorization: Basic ", request, StringComparison.Ordinal));
        Assert.Equal(2, Requests.Length);
    }

    [Fact]
    public void A_redirect_to_another_server_does_not_get_the_password()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Answer($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Answer(other, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        using var connection = Open();

        Assert.Equal(2, Requests.Length);
        Assert.DoesNotContain("Authorization", Requests[1], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_camera_with_Digest_authentication_gets_the_answer_to_its_challenge()
    {
        Answer(
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"camera\", qop=\"auth\", nonce=\"abc\", algorithm=MD5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        using var connection = Open();

        Assert.Equal(2, Requests.Length);
        Assert.Contains("Authorization: Digest username=\"user\", realm=\"camera\", nonce=\"abc\"", Requests[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Le")]
    [InlineData("not HTTP at all\r\n\r\n")]
    [InlineData("")]
    public void A_server_that_answers_something_else_is_one_expected_failure(string answer)
    {
        // HttpClient asks again where a connection ends without an answer.
        Answer([.. Enumerable.Repeat(answer, 4)]);
        Assert.Contains("delivers no video", Assert.Throws<FerException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_never_comes_ends_with_Ctrl_C()
    {
        // Two bytes of a hundred, and the connection stays open.
        using var interrupted = new CancellationTokenSource();
        var asking = Task.Run(() => FiniteAddress.IsFinite(Address, interrupted.Token), TestContext.Current.CancellationToken);
        using var socket = await StallAsync("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: 100\r\n\r\n#E");
        interrupted.CancelAfter(TimeSpan.FromMilliseconds(300));
        // Before the connection's own time limit of five seconds.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken));
    }

    private async Task<Socket> StallAsync(string beginning)
    {
        var socket = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes(beginning), TestContext.Current.CancellationToken);
        return socket;
    }

    private string[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    private HttpConnection Open() => HttpConnection.Open(Address, "the camera", TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    private void Answer(params string[] answers) => Answer(_listener, answers);

    /// <summary>Answers one connection after another.</summary>
    private void Answer(TcpListener listener, params string[] answers) => _ = Task.Run(() =>
    {
        foreach (var answer in answers)
        {
            using var client = listener.AcceptTcpClient();
            var buffer = new byte[4096];
            var length = client.GetStream().Read(buffer);
            lock (_requests)
            {
                _requests.Add(Encoding.ASCII.GetString(buffer, 0, length));
            }

            client.GetStream().Write(Encoding.ASCII.GetBytes(answer));
        }
    }, TestContext.Current.CancellationToken);
}
