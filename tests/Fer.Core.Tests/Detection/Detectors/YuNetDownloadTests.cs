using System.Net;
using System.Security.Cryptography;
using Fer.Core.Detection.Detectors;

namespace Fer.Core.Tests.Detection.Detectors;

public sealed class YuNetDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "data", "fer", "yunet.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_with_the_right_checksum_is_installed()
    {
        using var server = new SmallServer(200, Content);

        Download(server.Address, Sha256);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_file_with_a_wrong_checksum_is_refused_and_nothing_is_written()
    {
        using var server = new SmallServer(200, Content);

        var failure = Assert.Throws<FerException>(() => Download(server.Address, new string('0', 64)));

        Assert.Contains($"its SHA-256 is {Sha256}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_page_that_does_not_exist_is_reported_with_what_to_do()
    {
        using var server = new SmallServer(404, []);

        var failure = Assert.Throws<FerException>(() => Download(server.Address, Sha256));

        Assert.Contains("404", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"put it at {Target}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Something_far_larger_than_the_file_is_not_downloaded()
    {
        using var server = new SmallServer(200, new byte[3_000_000]);

        Assert.Throws<FerException>(() => Download(server.Address, Sha256));

        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void Without_a_network_one_line_says_what_to_do()
    {
        Uri address;
        using (var server = new SmallServer(200, Content))
        {
            address = server.Address;
        }

        var failure = Assert.Throws<FerException>(() => Download(address, Sha256));

        Assert.Contains("the Haar cascade", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private void Download(Uri address, string sha256) => YuNetDownload.Run(address, Target, sha256, TestContext.Current.CancellationToken);

    /// <summary>Answers every request with the same status and content.</summary>
    private sealed class SmallServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public SmallServer(int status, byte[] content)
        {
            // The probe's port is free again when the listener takes it.
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
            }

            _listener.Prefixes.Add(Address.ToString());
            _listener.Start();
            _ = Answer(status, content);
        }

        public Uri Address { get; }

        public void Dispose() => _listener.Close();

        private async Task Answer(int status, byte[] content)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                context.Response.StatusCode = status;
                await context.Response.OutputStream.WriteAsync(content);
                context.Response.Close();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The test ended, or the client did not read to the end.
            }
        }
    }
}
