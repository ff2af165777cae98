using System.Diagnostics;
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

    [Fact]
    public void A_file_with_its_index_at_its_end_is_downloaded_from_a_server_without_ranges()
    {
        var notes = new List<string>();
        // The encoder of the drawn video writes its index last.
        var bytes = File.ReadAllBytes(DrawnVideo.Write(_folder.Inside("v.mp4"), 30, rate: 10)).AsSpan();
        Assert.True(bytes.IndexOf("mdat"u8) < bytes.IndexOf("moov"u8));

        Assert.Equal(Enumerable.Range(0, 30), ReadAll("v.mp4", notes.Add));

        Assert.Contains("downloading", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_its_index_first_is_not_downloaded()
    {
        FfmpegTool.Make("-i", DrawnVideo.Write(_folder.Inside("v.mp4"), 30, rate: 10), "-c", "copy", "-movflags", "+faststart", _folder.Inside("first.mp4"));

        Assert.Equal(Enumerable.Range(0, 30), ReadAll("first.mp4", note => Assert.Fail(note)));
    }

    [Theory]
    [InlineData("page.html", "is a web page, not a video")]
    [InlineData("paper.pdf", "is not a video of a known format")]
    public void What_is_not_a_video_is_not_called_a_damaged_one(string name, string expected)
    {
        File.WriteAllText(_folder.Inside(name), "%PDF-1.7 or a page of the web");

        var failure = Assert.Throws<FerException>(() => FrameSources.Open(_root + name, new SourceOptions()));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
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
    public void A_live_playlist_that_gets_an_end_is_over()
    {
        const string playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nv0.ts\n";
        File.WriteAllText(_folder.Inside("live.m3u8"), playlist);
        Assert.False(FiniteAddress.HasEnded(new Uri($"{_root}live.m3u8"), TestContext.Current.CancellationToken));
        File.WriteAllText(_folder.Inside("live.m3u8"), $"{playlist}#EXT-X-ENDLIST\n");
        Assert.True(FiniteAddress.HasEnded(new Uri($"{_root}live.m3u8"), TestContext.Current.CancellationToken));
        Assert.False(FiniteAddress.HasEnded(new Uri("rtsp://localhost/live"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_live_playlist_is_read_at_the_speed_of_its_video()
    {
        Segments(list: "live.m3u8");
        using var source = FrameSources.Open($"{_root}live.m3u8", new SourceOptions());
        using var frame = new Frame();
        Assert.True(source.IsLive);
        Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
        var started = Stopwatch.GetTimestamp();
        // The last frames of the list come with the next segment: a decoder on several threads holds them back.
        foreach (var number in Enumerable.Range(1, 16))
        {
            Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
            Assert.Equal(number, DrawnVideo.NumberOf(frame.Image));
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 1, 20);
    }

    [Trait("Speed", "slow")]
    [Fact]
    public async Task A_live_playlist_may_wait_for_its_next_segment_for_longer_than_a_camera()
    {
        Segments(list: "all.m3u8");
        var (all, live) = (await File.ReadAllLinesAsync(_folder.Inside("all.m3u8"), TestContext.Current.CancellationToken), _folder.Inside("live.m3u8"));
        // Without the last segment, which is a line with its duration and one with its name.
        await File.WriteAllLinesAsync(live, all[..^2], TestContext.Current.CancellationToken);
        using var source = FrameSources.Open($"{_root}live.m3u8", new SourceOptions { Warn = Assert.Fail });
        var growing = Task.Delay(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken).ContinueWith(_ => File.Copy(_folder.Inside("all.m3u8"), live, overwrite: true), TestContext.Current.CancellationToken);
        using var frame = new Frame();
        foreach (var number in Enumerable.Range(0, 20))
        {
            Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
            Assert.Equal(number, DrawnVideo.NumberOf(frame.Image));
        }

        await growing;
    }

    [Fact]
    public void A_file_that_the_server_lacks_is_an_expected_failure() =>
        Assert.Contains("404", Assert.Throws<FerException>(() => FiniteAddress.IsFinite(new Uri($"{_root}missing.mp4"), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private void Segments(string list) => FfmpegTool.Make(
        "-i", DrawnVideo.Write(_folder.Inside("v.mp4"), 30, rate: 10), "-c:v", "libx264", "-g", "10", "-hls_time", "1", "-hls_list_size", "0", "-hls_flags", "omit_endlist", _folder.Inside(list));

    private List<int> ReadAll(string name, Action<string>? note = null)
    {
        using var source = FrameSources.Open(_root + name, new SourceOptions { Note = note ?? (_ => { }) });
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
                    context.Response.ContentType = Path.GetExtension(path) switch { ".m3u8" => "application/vnd.apple.mpegurl", ".html" => "text/html; charset=utf-8", _ => "video/mp4" };
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
