using System.Diagnostics;
using System.Net.Sockets;
using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class PipedSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_video_from_a_pipe_is_read_like_the_file()
    {
        var frames = await Read(File.ReadAllBytes(DrawnVideo.Write(_folder.Inside("v.mp4"), 20)));
        Assert.Equal(Enumerable.Range(0, 20), frames);
    }

    [Fact]
    public async Task Images_one_after_another_from_a_pipe_are_a_video()
    {
        using var image = new Mat(32, 48, MatType.CV_8UC3, Scalar.All(90));
        Cv2.ImEncode(".jpg", image, out var encoded);
        Assert.Equal(6, (await Read([.. Enumerable.Repeat(encoded, 6).SelectMany(bytes => bytes)])).Count);
    }

    [Fact]
    public async Task An_image_from_a_pipe_is_a_still_image_under_the_name_of_the_pipe()
    {
        using var image = new Mat(32, 48, MatType.CV_8UC3, Scalar.All(90));
        Cv2.ImEncode(".png", image, out var encoded);
        var pipe = SpecialFiles.Pipe(_folder.Inside("pipe"));
        var writing = Task.Run(() => File.WriteAllBytes(pipe, encoded), Cancellation);
        using (var source = FrameSources.Open(pipe, new SourceOptions()))
        using (var frame = new Frame())
        {
            await writing;
            Assert.True(source.IsStill);
            Assert.True(source.Read(frame, Cancellation));
            Assert.Equal((pipe, 48, true), (frame.Source, frame.Image.Width, frame.IsStill));
            Assert.False(source.Read(frame, Cancellation));
        }
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("neither an image nor a video", "not an image or a video")]
    public async Task What_is_not_a_video_is_reported_under_the_name_of_the_pipe(string content, string reason)
    {
        var pipe = SpecialFiles.Pipe(_folder.Inside("pipe"));
        var writing = Task.Run(() => File.WriteAllText(pipe, content), Cancellation);
        var failure = Assert.Throws<FerException>(() => FrameSources.Open(pipe, new SourceOptions()));
        await writing;
        Assert.StartsWith(pipe, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_for_a_writer_ends_with_the_run()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var pipe = SpecialFiles.Pipe(_folder.Inside("pipe"));
        var started = Stopwatch.GetTimestamp();
        Assert.ThrowsAny<OperationCanceledException>(() => FrameSources.Open(pipe, new SourceOptions { Cancellation = cancellation.Token }));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        // Lets the thread that waits for a writer end.
        using var writer = File.Open(pipe, FileMode.Open, FileAccess.ReadWrite);
    }

    [Fact]
    public void A_socket_or_a_device_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = _folder.Inside("socket");
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Contains("is a socket", Assert.Throws<FerException>(() => FrameSources.Open(path, new SourceOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("is a device", Assert.Throws<FerException>(() => FrameSources.Open("/dev/null", new SourceOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_in_a_folder_of_images_is_skipped_with_a_message()
    {
        var image = _folder.Inside("images", "a.png");
        using (var drawn = new Mat(8, 8, MatType.CV_8UC3, Scalar.All(90)))
        {
            Cv2.ImWrite(image, drawn);
        }

        SpecialFiles.Pipe(_folder.Inside("images", "b.jpg"));
        var warnings = new List<string>();
        using var source = FrameSources.Open(_folder.Inside("images", "*"), new SourceOptions { Warn = warnings.Add });
        using var frame = new Frame();
        Assert.True(source.Read(frame, Cancellation));
        Assert.Null(frame.Failure);
        Assert.True(source.Read(frame, Cancellation));
        Assert.NotNull(frame.Failure);
        Assert.False(source.Read(frame, Cancellation));
        Assert.Contains("b.jpg is a named pipe", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private async Task<List<int>> Read(byte[] content)
    {
        var pipe = SpecialFiles.Pipe(_folder.Inside("pipe"));
        var writing = Task.Run(() => File.WriteAllBytes(pipe, content), Cancellation);
        using var source = FrameSources.Open(pipe, new SourceOptions());
        await writing;
        Assert.False(source.IsStill);
        using var frame = new Frame();
        var numbers = new List<int>();
        while (source.Read(frame, Cancellation))
        {
            Assert.Equal(pipe, frame.Source);
            numbers.Add((int)frame.Number);
        }

        return numbers;
    }
}
