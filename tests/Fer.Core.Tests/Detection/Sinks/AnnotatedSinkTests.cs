using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Overlay;
using Fer.Core.Detection.Sinks;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class AnnotatedSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FaceOverlay _overlay = new(LabelSet.Fer2013);

    public void Dispose() => _folder.Dispose();

    private static Frame Frame(double seconds = 0, int width = 321)
    {
        var frame = FacePredictions.Frame(new Size(width, 241), 40, FacePredictions.Face(1, new Rect(100, 80, 100, 100)));
        frame.Time = TimeSpan.FromSeconds(seconds);
        return frame;
    }

    [Fact]
    public void A_video_has_its_name_only_when_it_is_complete_and_then_opens()
    {
        var path = _folder.Inside("out.mp4");
        using (var sink = new AnnotatedVideoSink(path, new RecordingOptions { FramesPerSecond = 20, Every = 2 }, _overlay))
        {
            for (var i = 0; i < 12; i++)
            {
                using var frame = Frame(i / 10.0);
                Assert.True(sink.Write(frame));
            }

            Assert.False(File.Exists(path));
        }

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        using var video = FrameSources.Open(path, new SourceOptions());
        Assert.Equal(10, video.FramesPerSecond);
        Assert.Equal(12, Count(video));
    }

    [Fact]
    public void A_recording_of_a_camera_keeps_real_time()
    {
        var path = _folder.Inside("out.mp4");
        using (var sink = new AnnotatedVideoSink(path, new RecordingOptions { IsLive = true, FramesPerSecond = 30 }, _overlay))
        {
            foreach (var seconds in new[] { 5, 5.1, 5.11, 6 })
            {
                using var frame = Frame(seconds);
                sink.Write(frame);
            }
        }

        using var video = FrameSources.Open(path, new SourceOptions());
        Assert.Equal(31, Count(video));
    }

    [Fact]
    public void A_pause_becomes_one_second_of_a_recording_and_not_thousands_of_frames()
    {
        var path = _folder.Inside("out.mp4");
        using (var sink = new AnnotatedVideoSink(path, new RecordingOptions { IsLive = true, FramesPerSecond = 10 }, _overlay))
        {
            foreach (var seconds in new[] { 0, 0.5, 3600, 3600.5 })
            {
                using var frame = Frame(seconds);
                sink.Write(frame);
            }
        }

        using var video = FrameSources.Open(path, new SourceOptions());
        Assert.Equal(21, Count(video));
    }

    [Theory]
    [InlineData(143.856)]
    [InlineData(119.643)]
    [InlineData(960)]
    [InlineData(0.01)]
    public void Any_frame_rate_can_be_written(double rate)
    {
        var path = _folder.Inside("out.mp4");
        using (var sink = new AnnotatedVideoSink(path, new RecordingOptions { FramesPerSecond = rate }, _overlay))
        {
            using var frame = Frame();
            for (var number = 0; number < 100; number++)
            {
                frame.Time = TimeSpan.FromSeconds(number / rate);
                sink.Write(frame);
            }
        }

        using var video = FrameSources.Open(path, new SourceOptions());
        Assert.InRange(video.FramesPerSecond, 0.99 * rate, 1.01 * rate);
    }

    [Fact]
    public void Frames_of_another_size_are_resized_to_the_video()
    {
        var path = _folder.Inside("out.mp4");
        using (var sink = new AnnotatedVideoSink(path, new RecordingOptions { FramesPerSecond = 25 }, _overlay))
        {
            foreach (var width in new[] { 320, 400 })
            {
                using var frame = Frame((width - 320) / 2000.0, width);
                sink.Write(frame);
            }
        }

        using var video = FrameSources.Open(path, new SourceOptions());
        Assert.Equal(2, Count(video));
    }

    [Fact]
    public void A_video_that_cannot_be_written_is_an_error_and_leaves_nothing()
    {
        using var sink = new AnnotatedVideoSink(_folder.Inside("out.xyz"), new RecordingOptions { FramesPerSecond = 25 }, _overlay);
        using var frame = Frame();
        Assert.Contains("out.xyz", Assert.Throws<FerException>(() => sink.Write(frame)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Images_keep_their_relative_paths_below_the_folder()
    {
        using var sink = new AnnotatedFolderSink(new CopyNames(_folder.Inside("out"), [_folder.Inside("in")], force: false), new RecordingOptions(), _overlay);
        using var frame = Frame();
        frame.IsStill = true;
        frame.Source = _folder.Inside("in", "sub", "a.png");
        sink.Write(frame);
        frame.Source = "/elsewhere/b.jpg";
        sink.Write(frame);
        Assert.Equal(
            [_folder.Inside("out", "elsewhere", "b.jpg"), _folder.Inside("out", "sub", "a.png")],
            Directory.GetFiles(_folder.Inside("out"), "*.*g", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_video_that_is_listed_twice_has_one_copy_with_its_frames()
    {
        using (var sink = new AnnotatedFolderSink(new CopyNames(_folder.Inside("out"), [_folder.Inside("in")], force: false), new RecordingOptions(), _overlay))
        {
            for (var number = 0; number < 10; number++)
            {
                using var frame = Frame(number % 5 / 10.0);
                (frame.Source, frame.File) = (_folder.Inside("in", "v.mp4"), number / 5);
                sink.Write(frame);
            }
        }

        using var copy = FrameSources.Open(_folder.Inside("out", "v.mp4"), new SourceOptions());
        Assert.Equal(5, Count(copy));
    }

    [Fact]
    public void An_image_without_an_image_extension_becomes_a_png()
    {
        using var sink = new AnnotatedFolderSink(new CopyNames(_folder.Inside("out"), [_folder.Inside("in")], force: false), new RecordingOptions(), _overlay);
        using var frame = Frame();
        frame.IsStill = true;
        frame.Source = _folder.Inside("in", "face.jfif");
        sink.Write(frame);
        Assert.True(File.Exists(_folder.Inside("out", "face.jfif.png")));
    }

    [Fact]
    public void A_strip_of_an_image_is_not_enlarged_beyond_what_its_format_can_hold()
    {
        using var sink = AnnotatedImageSink.ToFile(_folder.Inside("strip.webp"), _overlay);
        using var frame = FacePredictions.Frame(new Size(3, 900));
        sink.Write(frame);
        using var strip = Cv2.ImRead(_folder.Inside("strip.webp"));
        Assert.Equal(new Size(12, 3600), strip.Size());
    }

    [Fact]
    public void An_image_that_its_format_cannot_hold_is_an_error()
    {
        using var sink = AnnotatedImageSink.ToFile(_folder.Inside("long.webp"), _overlay);
        using var frame = FacePredictions.Frame(new Size(250, 17_000));
        Assert.Contains("long.webp", Assert.Throws<FerException>(() => sink.Write(frame)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void An_image_is_never_drawn_over_its_source()
    {
        File.WriteAllText(_folder.Inside("a.png"), "an image");
        using var sink = new AnnotatedFolderSink(new CopyNames(_folder.Path, [_folder.Path], force: false), new RecordingOptions(), _overlay);
        using var frame = Frame();
        frame.IsStill = true;
        frame.Source = _folder.Inside("a.png");
        Assert.Throws<FerException>(() => sink.Write(frame));
        Assert.Equal([_folder.Inside("a.png")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void An_image_format_that_cannot_be_written_is_an_error()
    {
        using var sink = AnnotatedImageSink.ToFile(_folder.Inside("a.xyz"), _overlay);
        using var frame = Frame();
        Assert.Contains("a.xyz", Assert.Throws<FerException>(() => sink.Write(frame)).Message, StringComparison.Ordinal);
    }

    private static int Count(IFrameSource source)
    {
        using var frame = new Frame();
        var count = 0;
        for (; source.Read(frame, TestContext.Current.CancellationToken); count++)
        {
        }

        return count;
    }
}
