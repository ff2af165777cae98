using Fer.Core.Data;
using Fer.Core.Detection;
using Fer.Core.Detection.Overlay;
using Fer.Core.Detection.Sinks;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sinks;

/// <summary>Annotated copies by ffmpeg: what browsers play, with sound.</summary>
public sealed class AnnotatedVideoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public AnnotatedVideoTests() => FfmpegTool.SkipIfMissing();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_copy_is_H264_with_the_sound_of_the_original_and_its_index_first()
    {
        var original = WithSound(DrawnVideo.Write(_folder.Inside("v.mp4"), 40, rate: 20), "original.mkv");
        var copy = Copy(original, _folder.Inside("out", "copy.mp4"));

        Assert.Equal(["h264", "aac"], FfmpegTool.Probe(copy, "codec_name"));
        Assert.Equal("yuv420p", FfmpegTool.Probe(copy, "pix_fmt")[0]);
        Assert.All(FfmpegTool.Probe(copy, "duration"), duration => Assert.Equal(2.0, double.Parse(duration, System.Globalization.CultureInfo.InvariantCulture), 0.06));
        var bytes = File.ReadAllBytes(copy).AsSpan();
        Assert.InRange(bytes.IndexOf("moov"u8), 1, bytes.IndexOf("mdat"u8));
        Assert.Equal([copy], Directory.GetFiles(_folder.Inside("out")));
        Assert.Equal(Enumerable.Range(0, 40), Shown(copy).Select(frame => frame.Shown));
    }

    [Fact]
    public void A_copy_of_the_beginning_has_as_much_sound()
    {
        var original = WithSound(DrawnVideo.Write(_folder.Inside("v.mp4"), 40, rate: 20), "original.mp4");
        var copy = Copy(original, _folder.Inside("copy.mp4"), frames: 10);
        Assert.All(FfmpegTool.Probe(copy, "duration"), duration => Assert.Equal(0.5, double.Parse(duration, System.Globalization.CultureInfo.InvariantCulture), 0.06));
    }

    [Theory]
    [InlineData(".mov")]
    [InlineData(".mkv")]
    [InlineData(".avi")]
    public void Every_container_holds_video_and_sound(string extension)
    {
        var original = WithSound(DrawnVideo.Write(_folder.Inside("v.mp4"), 20, rate: 20), "original.mp4");
        var codecs = FfmpegTool.Probe(Copy(original, _folder.Inside($"copy{extension}")), "codec_name");
        Assert.Equal(2, codecs.Length);
        Assert.Equal("h264", codecs[0]);
    }

    [Fact]
    public void A_copy_of_a_variable_rate_shows_every_frame_at_its_time()
    {
        var drawn = DrawnVideo.Write(_folder.Inside("v.mp4"), 40, rate: 20);
        var variable = FfmpegTool.Make("-i", drawn, "-vf", "select='lt(n,10)+not(mod(n,5))'", "-fps_mode", "vfr", "-c:v", "libx264", _folder.Inside("variable.mp4"));
        var copy = Shown(Copy(variable, _folder.Inside("copy.mp4")));

        Assert.Equal([.. Enumerable.Range(0, 10), 10, 15, 20, 25, 30, 35], copy.Select(frame => frame.Shown));
        Assert.All(copy, frame => Assert.Equal(frame.Shown / 20.0, frame.Seconds, 0.002));
    }

    [Theory]
    [InlineData(".mp4")]
    [InlineData(".mov")]
    [InlineData(".mkv")]
    public void A_copy_of_a_variable_rate_has_the_sound_and_the_duration_of_the_original(string extension)
    {
        var original = WithSound(DrawnVideo.Write(_folder.Inside("v.mp4"), 40, rate: 20), "original.mp4");
        // As slow as 4 frames/s at first, then 20: the average fits neither.
        var variable = FfmpegTool.Make("-i", original, "-vf", "select='gte(n,20)+not(mod(n,5))'", "-fps_mode", "vfr", "-c:v", "libx264", "-c:a", "copy", _folder.Inside("variable.mp4"));
        var copy = Copy(variable, _folder.Inside($"copy{extension}"));

        Assert.Equal([0, 5, 10, 15, .. Enumerable.Range(20, 20)], Shown(copy).Select(frame => frame.Shown));
        Assert.Equal(2, FfmpegTool.Probe(copy, "codec_name").Length);
        Assert.Equal(Duration(variable), Duration(copy), 0.06);
    }

    [Fact]
    public void A_damaged_original_keeps_its_sound()
    {
        var original = FfmpegTool.Make("-i", DrawnVideo.Write(_folder.Inside("v.mp4"), 40, rate: 20), "-f", "lavfi", "-i", "sine=duration=2", "-c:v", "copy", "-c:a", "libmp3lame", _folder.Inside("original.mkv"));
        // Zeros in every packet of sound of the second half, beyond its header.
        var bytes = File.ReadAllBytes(original);
        foreach (var place in Positions(bytes, [0xFF, 0xFB]).Where(place => place > bytes.Length / 2))
        {
            bytes.AsSpan(place, 4).Clear();
        }

        File.WriteAllBytes(original, bytes);
        Assert.NotEmpty(Copy(original, _folder.Inside("copy.mp4")));
        Assert.Equal(["h264", "aac"], FfmpegTool.Probe(_folder.Inside("copy.mp4"), "codec_name"));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_sound_that_cannot_be_added_is_reported_and_the_video_is_kept()
    {
        var (original, copy) = (_folder.Inside("original.bin"), _folder.Inside("copy.mp4"));
        File.WriteAllText(original, "not a video");
        using (var sink = new AnnotatedVideoSink(copy, new RecordingOptions { Warn = _warnings.Add }, new FaceOverlay(LabelSet.Fer2013)))
        using (var frame = FacePredictions.Frame(new OpenCvSharp.Size(64, 48)))
        {
            frame.Source = original;
            sink.Write(frame);
        }

        Assert.StartsWith($"the sound of {original} could not be added to {copy}", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal(["h264"], FfmpegTool.Probe(copy, "codec_name"));
    }

    [Fact]
    public async Task A_copy_of_a_pipe_does_not_wait_for_its_sound()
    {
        var (pipe, copy) = (SpecialFiles.Pipe(_folder.Inside("pipe")), _folder.Inside("copy.mp4"));
        var writing = Task.Run(
            () =>
            {
                using var sink = new AnnotatedVideoSink(copy, new RecordingOptions { Warn = _warnings.Add }, new FaceOverlay(LabelSet.Fer2013));
                using var frame = FacePredictions.Frame(new OpenCvSharp.Size(64, 48));
                frame.Source = pipe;
                sink.Write(frame);
            },
            TestContext.Current.CancellationToken);

        await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        var isWaiting = !writing.IsCompleted;
        // Lets whoever waits for a writer end.
        await File.Open(pipe, FileMode.Open, FileAccess.ReadWrite).DisposeAsync();
        await writing;
        Assert.False(isWaiting);
        Assert.Equal(["h264"], FfmpegTool.Probe(copy, "codec_name"));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_copy_of_what_is_redirected_to_standard_input_has_its_sound()
    {
        using var original = File.OpenHandle(WithSound(DrawnVideo.Write(_folder.Inside("v.mp4"), 20, rate: 20), "original.mp4"));
        var copy = Copy($"/dev/fd/{original.DangerousGetHandle()}", _folder.Inside("copy.mp4"));
        Assert.Equal(["h264", "aac"], FfmpegTool.Probe(copy, "codec_name"));
    }

    private static IEnumerable<int> Positions(byte[] bytes, byte[] pattern)
    {
        for (var place = 0; bytes.AsSpan(place).IndexOf(pattern) is >= 0 and var next; place += next + 1)
        {
            yield return place + next;
        }
    }

    private static double Duration(string path) => double.Parse(FfmpegTool.Probe(path, "duration", "format")[0], System.Globalization.CultureInfo.InvariantCulture);

    private string WithSound(string video, string name) => FfmpegTool.Make(
        "-i", video, "-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-c:v", "copy", "-shortest", _folder.Inside(name));

    private string Copy(string original, string path, int frames = int.MaxValue)
    {
        var overlay = new FaceOverlay(LabelSet.Fer2013);
        using var sink = new AnnotatedVideoSink(path, new RecordingOptions { Warn = _warnings.Add }, overlay);
        using var source = FrameSources.Open(original, new SourceOptions());
        using var frame = new Frame();
        for (var count = 0; count < frames && source.Read(frame, TestContext.Current.CancellationToken); count++)
        {
            sink.Write(frame);
        }

        return path;
    }

    private static List<(int Shown, double Seconds)> Shown(string path)
    {
        using var source = FrameSources.Open(path, new SourceOptions());
        using var frame = new Frame();
        var shown = new List<(int, double)>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            // The overlay enlarges small frames.
            using var small = frame.Image.Resize(new OpenCvSharp.Size(192, 96));
            shown.Add((DrawnVideo.NumberOf(small), frame.Time.TotalSeconds));
        }

        return shown;
    }
}
