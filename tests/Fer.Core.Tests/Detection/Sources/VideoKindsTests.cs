using Fer.Core.Detection;
using Fer.Core.Detection.Ffmpeg;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection.Sources;

/// <summary>Videos as phones and browsers make them, some decoded by OpenCV and some by ffmpeg.</summary>
public sealed class VideoKindsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [], _details = [];

    public VideoKindsTests() => FfmpegTool.SkipIfMissing();

    public void Dispose() => _folder.Dispose();

    private string Drawn => DrawnVideo.Write(_folder.Inside("drawn.mp4"), 40, rate: 20);

    [Fact]
    public void A_video_that_OpenCV_cannot_decode_is_read_by_ffmpeg()
    {
        var read = ReadAll(Av1(Drawn));
        Assert.Contains("decoded by the program ffmpeg", Assert.Single(_details), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 40), read.Select(frame => frame.Shown));
        Assert.All(read, frame => Assert.Equal(frame.Number / 20.0, frame.Seconds, 0.002));
        Assert.Equal(1, read[^1].Progress, 0.03);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Skipped_frames_of_ffmpeg_leave_gaps_in_the_numbers() =>
        Assert.Equal([(0, 0), (15, 15), (30, 30)], ReadAll(Av1(Drawn), every: 15).Select(frame => ((int)frame.Number, frame.Shown)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_of_a_variable_rate_keep_their_times(bool isAv1)
    {
        // Frames 0 to 9, then every fifth: each shows the number that its time follows from.
        var path = FfmpegTool.Make("-i", Drawn, "-vf", "select='lt(n,10)+not(mod(n,5))'", "-fps_mode", "vfr", "-c:v", "libx264", _folder.Inside("variable.mp4"));
        var read = ReadAll(isAv1 ? Av1(path) : path);
        Assert.Equal(16, read.Count);
        Assert.All(read, frame => Assert.Equal(frame.Shown / 20.0, frame.Seconds, 0.002));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rotated_video_is_read_upright(bool isAv1)
    {
        var video = isAv1 ? Av1(Drawn) : Drawn;
        var path = FfmpegTool.Make("-i", video, "-c", "copy", "-metadata:s:v:0", "rotate=90", _folder.Inside("rotated.mp4"));
        Assert.All(ReadAll(path), frame => Assert.Equal((96, 192), (frame.Width, frame.Height)));
    }

    [Fact]
    public void A_video_that_changes_its_size_is_read_at_its_first_size()
    {
        var small = FfmpegTool.Make("-i", DrawnVideo.Write(_folder.Inside("other.mp4"), 10, rate: 20), "-vf", "scale=128:64", "-c:v", "libx264", "-f", "mpegts", _folder.Inside("small.ts"));
        var large = FfmpegTool.Make("-i", Drawn, "-c:v", "libx264", "-f", "mpegts", _folder.Inside("large.ts"));
        var both = _folder.Inside("both.ts");
        File.WriteAllBytes(both, [.. File.ReadAllBytes(large), .. File.ReadAllBytes(small)]);
        var read = new List<int>();
        using var source = new FfmpegVideoSource(both, both, new SourceOptions());
        using var frame = new Frame();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            Assert.Equal((192, 96), (frame.Image.Width, frame.Image.Height));
            read.Add(DrawnVideo.NumberOf(frame.Image));
        }

        Assert.Equal([.. Enumerable.Range(0, 40), .. Enumerable.Range(0, 10)], read);
    }

    [Fact]
    public void Hidden_videos_of_a_folder_are_left_out_as_unfinished_recordings_are()
    {
        File.Move(Drawn, _folder.Inside("in", ".v.unfinished.mp4"));
        DrawnVideo.Write(_folder.Inside("in", "v.mp4"), 3);
        Assert.Equal(3, ReadAll(_folder.Inside("in")).Count);
        Assert.Equal(3, ReadAll(_folder.Inside("in", "*.mp4")).Count);
    }

    [Fact]
    public void A_truncated_video_is_read_by_ffmpeg_as_far_as_it_goes()
    {
        var path = FfmpegTool.Make("-i", Av1(Drawn), "-c", "copy", _folder.Inside("whole.mkv"));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.InRange(ReadAll(path).Count, 1, 39);
    }

    [Fact]
    public void What_ffmpeg_says_of_an_address_is_reported_without_user_and_password()
    {
        var failure = Assert.Throws<FerException>(() => new FfmpegVideoSource("http://user:secret@127.0.0.1:9/v.mp4", "http://127.0.0.1:9/v.mp4", new SourceOptions()));
        Assert.Contains("(ffmpeg: http://127.0.0.1:9/v.mp4: ", failure.Message, StringComparison.Ordinal);

        var log = new FfmpegLog(new StringReader("[hls @ 0x1] Error when loading first segment 'http://user:secret@127.0.0.1:9/part@1.ts'\n"));
        Assert.Null(log.Next(TestContext.Current.CancellationToken));
        Assert.Equal("[hls @ 0x1] Error when loading first segment 'http://127.0.0.1:9/part@1.ts'", log.LastMessage("http://127.0.0.1:9/list", "the list"));
        // Where a message ends in quotes, only the whole address tells where a password with a quote ends.
        const string address = "http://127.0.0.1:9/v.mp4?pwd=it's;secret";
        var quoted = new FfmpegLog(new StringReader($"Error opening '{address}'\n"));
        Assert.Null(quoted.Next(TestContext.Current.CancellationToken));
        Assert.Equal("Error opening 'http://127.0.0.1:9/v.mp4?pwd=***'", quoted.LastMessage(address, FrameSources.NameOf(address)));
    }

    [Fact]
    public void A_video_for_ffmpeg_belongs_to_the_first_shard_as_a_whole()
    {
        var path = Av1(Drawn);
        using var first = FrameSources.Open(path, new SourceOptions { Shard = new Shard(1, 2) });
        using var second = FrameSources.Open(path, new SourceOptions { Shard = new Shard(2, 2), Warn = _warnings.Add });
        using var frame = new Frame();

        Assert.True(first.Read(frame, TestContext.Current.CancellationToken));
        Assert.False(second.Read(frame, TestContext.Current.CancellationToken));
        Assert.Contains("shard 1/2 processes the whole video", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_videos_of_any_name_is_read_file_by_file()
    {
        File.Move(Drawn, _folder.Inside("in", "first.bin"));
        File.Move(DrawnVideo.Write(_folder.Inside("in", "v.avi"), 3), _folder.Inside("in", "second"));
        File.WriteAllText(_folder.Inside("in", "notes.txt"), "not a video, but long enough to look like one");
        var read = ReadAll(_folder.Inside("in"));
        Assert.Equal([.. Enumerable.Range(0, 40), 0, 1, 2], read.Select(frame => (int)frame.Number));
    }

    private string Av1(string video) =>
        FfmpegTool.Make("-i", video, "-an", "-fps_mode", "passthrough", "-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "30", _folder.Inside("av1.mp4"));

    private List<(long Number, int Shown, double Seconds, double Progress, int Width, int Height)> ReadAll(string path, int every = 1)
    {
        using var source = FrameSources.Open(path, new SourceOptions { Warn = _warnings.Add, Detail = _details.Add });
        using var frame = new Frame();
        var read = new List<(long, int, double, double, int, int)>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            var shown = frame.Image.Width > frame.Image.Height ? DrawnVideo.NumberOf(frame.Image) : -1;
            read.Add((frame.Number, shown, frame.Time.TotalSeconds, frame.Progress, frame.Image.Width, frame.Image.Height));
            for (var skipped = 1; skipped < every && source.Skip(); skipped++)
            {
            }
        }

        return read;
    }
}
