using System.Net;
using Fer.Core.Detection;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class FiniteAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpListener _server = new();
    private readonly string _root;

    public FiniteAddressTests()
    {
        FfmpegTool.SkipIfMissing();
        using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _root = $"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _server.Prefixes.Add(_root);
        _server.Start();
        _ = Task.Run(ServeAsync, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _server.Close();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_behind_HTTP_is_read_to_its_end_once()
    {
        DrawnVideo.Write(_folder.Inside("v.mp4"), 30, rate: 10);
        Assert.Equal(Enumerable.Range(0, 30), ReadAll("v.mp4"));
    }

    [Theory]
    [InlineData("v.m3u8")]
    [InlineData("qualities.m3u8")]
    public void An_HLS_recording_is_read_to_its_end_once(string name)
    {
        FfmpegTool.Make("-i", DrawnVideo.Write(_folder.Inside("v.mp4"), 30, rate: 10), "-c:v", "libx264", "-g", "10", "-hls_time", "1", "-hls_list_size", "0", _folder.Inside("v.m3u8"));
        File.WriteAllText(_folder.Inside("qualities.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nv.m3u8\n");
        Assert.Equal(Enumerable.Range(0, 30), ReadAll(name));
    }

    [Fact]
    public void A_playlist_without_an_end_is_live()
    {
        File.WriteAllText(_folder.Inside("live.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nv0.ts\n");
        Assert.False(FiniteAddress.IsFinite(new Uri($"{_root}live.m3u8"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_file_that_the_server_lacks_is_an_expected_failure() =>
        Assert.Contains("404", Assert.Throws<FerException>(() => FiniteAddress.IsFinite(new Uri($"{_root}missing.mp4"), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private List<int> ReadAll(string name)
    {
        using var source = FrameSources.Open(_root + name, new SourceOptions());
        Assert.False(source.IsLive);
        using var frame = new Frame();
        var shown = new List<int>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            Assert.Equal(shown.Count, frame.Number);
            shown.Add(DrawnVideo.NumberOf(frame.Image));
        }

        return shown;
    }

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            try
            {
                var context = await _server.GetContextAsync();
                var path = _folder.Inside(context.Request.Url!.AbsolutePath.TrimStart('/'));
                if (File.Exists(path))
                {
                    var bytes = await File.ReadAllBytesAsync(path);
                    context.Response.ContentType = path.EndsWith(".m3u8", StringComparison.Ordinal) ? "application/vnd.apple.mpegurl" : "video/mp4";
                    context.Response.ContentLength64 = bytes.Length;
                    await context.Response.OutputStream.WriteAsync(bytes);
                }
                else
                {
                    context.Response.StatusCode = 404;
                }

                context.Response.Close();
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The client has read enough, or the test has ended.
            }
        }
    }
}
