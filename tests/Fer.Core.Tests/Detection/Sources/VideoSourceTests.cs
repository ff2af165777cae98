using Fer.Core.Detection;
using Fer.Core.Detection.Sources;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sources;

public sealed class VideoSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    private List<(long Number, int Shown, double Seconds)> ReadAll(string path, Shard? shard = null, int every = 1)
    {
        using var source = FrameSources.Open(path, new SourceOptions { Warn = _warnings.Add, Shard = shard ?? Shard.Whole });
        using var frame = new Frame();
        var read = new List<(long, int, double)>();
        while (source.Read(frame, TestContext.Current.CancellationToken))
        {
            read.Add((frame.Number, DrawnVideo.NumberOf(frame.Image), frame.Time.TotalSeconds));
            for (var skipped = 1; skipped < every && source.Skip(); skipped++)
            {
            }
        }

        return read;
    }

    [Fact]
    public void Every_frame_of_a_video_comes_with_its_number_and_time()
    {
        var read = ReadAll(DrawnVideo.Write(_folder.Inside("v.mp4"), 50, rate: 25));
        Assert.Equal(Enumerable.Range(0, 50), read.Select(frame => (int)frame.Number));
        Assert.Equal(Enumerable.Range(0, 50), read.Select(frame => frame.Shown));
        Assert.All(read, frame => Assert.Equal(frame.Number / 25.0, frame.Seconds, 0.001));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Skipped_frames_leave_gaps_in_the_numbers()
    {
        var read = ReadAll(DrawnVideo.Write(_folder.Inside("v.mp4"), 20), every: 6);
        Assert.Equal([(0, 0), (6, 6), (12, 12), (18, 18)], read.Select(frame => ((int)frame.Number, frame.Shown)));
    }

    [Fact]
    public void Skipped_frames_of_a_video_without_timestamps_take_their_time()
    {
        FfmpegTool.SkipIfMissing();
        var raw = FfmpegTool.Make("-i", DrawnVideo.Write(_folder.Inside("v.mp4"), 20, rate: 25), "-c:v", "libx264", "-bf", "0", _folder.Inside("v.h264"));
        Assert.All(ReadAll(raw, every: 6), frame => Assert.Equal(frame.Number / 25.0, frame.Seconds, 0.001));
    }

    [Fact]
    public void The_shards_of_a_video_together_are_the_whole_run()
    {
        var path = DrawnVideo.Write(_folder.Inside("v.mp4"), 50);
        var parts = Enumerable.Range(1, 3).Select(part => ReadAll(path, new Shard(part, 3))).ToList();

        Assert.Equal(ReadAll(path), parts.SelectMany(part => part));
        Assert.Equal([50, 0, 0], parts.Select(part => part.Count));
        Assert.Equal(2, _warnings.Count(warning => warning.Contains("is not divided: shard 1/3", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("v.mjpeg")]
    [InlineData("v.MJPG")]
    public void A_file_of_JPEG_images_one_after_another_is_a_video(string name)
    {
        var path = _folder.Inside(name);
        using var frames = FrameSources.Open(DrawnVideo.Write(_folder.Inside("v.mp4"), 12), new SourceOptions());
        using var frame = new Frame();
        using (var file = File.Create(path))
        {
            while (frames.Read(frame, TestContext.Current.CancellationToken))
            {
                Cv2.ImEncode(".jpg", frame.Image, out var encoded);
                file.Write(encoded);
            }
        }

        Assert.Equal(Enumerable.Range(0, 12), ReadAll(path).Select(read => read.Shown));
    }

    [Fact]
    public void A_file_that_is_not_a_video_is_rejected_by_name()
    {
        var path = _folder.Inside("v.mp4");
        File.WriteAllText(path, "not a video");
        Assert.Contains(path, Assert.Throws<FerException>(() => ReadAll(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_video_is_reported_and_its_frames_are_kept()
    {
        var whole = File.ReadAllBytes(DrawnVideo.Write(_folder.Inside("whole.avi"), 60));
        var path = _folder.Inside("v.avi");
        // An AVI stores its frame count at the start, so it is known what is missing.
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        var read = ReadAll(path);
        Assert.InRange(read.Count, 5, 50);
        Assert.Contains(path, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_camera_is_reported_by_name()
    {
        var failure = Assert.Throws<FerException>(() => FrameSources.OpenCamera(new CameraOptions("987"), new SourceOptions()));
        Assert.Contains("camera 987 (/dev/video987) not found", failure.Message, StringComparison.Ordinal);
    }
}
