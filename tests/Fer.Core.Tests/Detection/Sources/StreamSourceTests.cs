using System.Net;
using System.Net.Sockets;
using System.Text;
using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class StreamSourceTests
{
    private static byte[] Jpeg(int brightness)
    {
        using var image = new Mat(32, 48, MatType.CV_8UC3, Scalar.All(brightness));
        Cv2.ImEncode(".jpg", image, out var encoded);
        return encoded;
    }

    private static List<int> Decode(byte[] bytes, int atATime)
    {
        var position = 0;
        var reader = new JpegReader(buffer =>
        {
            var count = Math.Min(Math.Min(atATime, buffer.Length), bytes.Length - position);
            bytes.AsSpan(position, count).CopyTo(buffer.Span);
            position += count;
            return count;
        });
        var found = new List<int>();
        while (reader.Next() is { } encoded)
        {
            using var image = Cv2.ImDecode(encoded.Span, ImreadModes.Grayscale);
            found.Add((int)Math.Round(Cv2.Mean(image).Val0 / 10));
        }

        return found;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Images_are_found_whatever_is_between_them(int atATime)
    {
        byte[] bytes = [.. "--frame\r\nContent-Type: image/jpeg\r\n\r\n"u8, .. Jpeg(50), .. "\r\n--frame\r\n\r\n"u8, .. Jpeg(100), .. Jpeg(200), .. "--"u8];
        Assert.Equal([5, 10, 20], Decode(bytes, atATime));
    }

    [Fact]
    public void A_thumbnail_inside_an_image_does_not_end_it()
    {
        var (outer, inner) = (Jpeg(70), Jpeg(10));
        var length = inner.Length + 2;
        byte[] bytes = [.. outer[..2], 0xFF, 0xE5, (byte)(length >> 8), (byte)length, .. inner, .. outer[2..]];
        Assert.Equal([7], Decode(bytes, 64));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    [InlineData(600)]
    public void A_truncated_image_costs_at_most_the_next_one(int bytes)
    {
        var found = Decode([.. Jpeg(50), .. Jpeg(70)[..^bytes], .. "\r\n--frame\r\n\r\n"u8, .. Jpeg(100), .. Jpeg(200), .. Jpeg(30)], 64);
        Assert.Equal([5, 20, 3], found.Where(brightness => brightness is 5 or 20 or 3));
    }

    [Fact]
    public void A_truncated_image_at_the_end_is_dropped()
    {
        var whole = Jpeg(50);
        Assert.Equal([5], Decode([.. whole, .. whole[..^20]], 64));
        Assert.Empty(Decode([.. "not an image at all"u8], 64));
        Assert.Empty(Decode([0xFF, 0xD8, 0xFF, 0xD8, 0xFF], 64));
    }

    [Fact]
    public async Task A_camera_that_serves_mjpeg_over_http_is_a_live_source()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(() => Serve(listener, Jpeg(50), Jpeg(100), Jpeg(150)), TestContext.Current.CancellationToken);
        var address = new Uri($"http://user:secret@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/stream");
        using (var source = StreamSource.Open(address, TestContext.Current.CancellationToken))
        {
            Assert.True(source.IsLive);
            using var frame = new Frame();
            foreach (var number in Enumerable.Range(0, 3))
            {
                Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
                Assert.Equal(number, frame.Number);
                Assert.Equal(50 * (number + 1), frame.Image.At<Vec3b>(9, 9).Item0, 3.0);
                Assert.NotNull(frame.TakenAt);
            }

            Assert.DoesNotContain("secret", frame.Source, StringComparison.Ordinal);
            Assert.False(source.Read(frame, TestContext.Current.CancellationToken));
        }

        Assert.Contains($"Basic {Convert.ToBase64String("user:secret"u8)}", await serving, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_image_in_a_stream_is_skipped()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // Complete by its markers, without an image between them.
        byte[] damaged = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xD9];
        var serving = Task.Run(() => Serve(listener, Jpeg(50), damaged, Jpeg(100)), TestContext.Current.CancellationToken);
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/stream");
        using (var source = StreamSource.Open(address, TestContext.Current.CancellationToken))
        {
            using var frame = new Frame();
            Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
            Assert.True(source.Read(frame, TestContext.Current.CancellationToken));
            Assert.Equal((2, 100.0), (frame.Number, Math.Round(frame.Image.At<Vec3b>(9, 9).Item0 / 10.0) * 10));
            Assert.False(source.Read(frame, TestContext.Current.CancellationToken));
        }

        await serving;
    }

    [Fact]
    public async Task A_stream_of_images_that_cannot_be_decoded_ends_with_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        byte[] damaged = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xD9];
        // A bomb: 65,500 x 65,500 pixels.
        byte[] bomb = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0xFF, 0xDC, 0xFF, 0xDC, 1, 1, 0x11, 0, 0xFF, 0xD9];
        var serving = Task.Run(() => Serve(listener, [.. Enumerable.Repeat(damaged, 60), .. Enumerable.Repeat(bomb, 60)]), TestContext.Current.CancellationToken);
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/stream");
        using (var source = StreamSource.Open(address, TestContext.Current.CancellationToken))
        using (var frame = new Frame())
        {
            var failure = Assert.Throws<FerException>(() => source.Read(frame, TestContext.Current.CancellationToken));
            Assert.Contains("cannot be decoded (100 in a row)", failure.Message, StringComparison.Ordinal);
        }

        await serving;
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/stream")]
    [InlineData("rtsp://127.0.0.1:9/stream")]
    [InlineData("ht!tp://nowhere")]
    public void A_stream_that_does_not_respond_is_reported(string address)
    {
        var failure = Assert.Throws<FerException>(() => FrameSources.Open(address, new SourceOptions()));
        Assert.Contains(address, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("rtsp://user:secret@camera/live", "rtsp://camera/live")]
    [InlineData("http://camera:8080/a@b", "http://camera:8080/a@b")]
    [InlineData("rtsp://user:se/cret@camera/live", "rtsp://camera/live")]
    [InlineData("folder/user:secret@camera.png", "folder/user:secret@camera.png")]
    public void The_name_of_an_address_has_neither_user_nor_password(string input, string name) => Assert.Equal(name, FrameSources.NameOf(input));

    [Fact]
    public void An_address_that_cannot_be_opened_is_reported_without_its_password()
    {
        string[][] inputs = [["rtsp://user:se/cret@camera/live"], ["rtsp://user:se/cret@camera/live", "a.png"], ["rtsp://user:secret@camera/live", "a.png"]];
        Assert.All(inputs, input => Assert.DoesNotContain("cret", Assert.Throws<FerException>(() => FrameSources.Open(input, new SourceOptions())).Message, StringComparison.Ordinal));
    }

    /// <summary>Answers one request with images and hangs up.</summary>
    private static string Serve(TcpListener listener, params byte[][] images)
    {
        using var client = listener.AcceptTcpClient();
        var stream = client.GetStream();
        var request = new byte[4096];
        var length = stream.Read(request);
        stream.Write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n"u8);
        foreach (var image in images)
        {
            stream.Write("--frame\r\nContent-Type: image/jpeg\r\n\r\n"u8);
            stream.Write(image);
            stream.Write("\r\n"u8);
        }

        return Encoding.ASCII.GetString(request, 0, length);
    }
}
