using Fer.Core.Detection.Window;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Window;

public sealed class WindowRecordingTests
{
    [Fact]
    public void A_failure_to_save_is_reported_and_does_not_end_the_run()
    {
        using var recording = new WindowRecording(new WindowOptions { Folder = "/dev/null/folder" }, TestContext.Current.CancellationToken);
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Black);
        Assert.StartsWith("not saved: ", recording.Snapshot(image), StringComparison.Ordinal);
        Assert.Contains("no video can be written", recording.Toggle(image), StringComparison.Ordinal);
        Assert.Null(recording.Length);
    }

    [Fact]
    public void A_recording_that_fails_is_reported_once_and_the_next_one_begins_anew()
    {
        FfmpegTool.SkipIfMissing();
        using var folder = new TemporaryFolder();
        using var recording = new WindowRecording(new WindowOptions { Folder = folder.Path, FramesPerSecond = 30 }, TestContext.Current.CancellationToken);
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Black);
        recording.Toggle(image);
        using var ffmpeg = FfmpegTool.Writing(folder);
        ffmpeg.Kill();

        string? ended = null;
        Assert.True(SpinWait.SpinUntil(() => (ended ??= recording.Write(image)) is not null, TimeSpan.FromSeconds(20)));

        Assert.Contains("could not be written completely", ended, StringComparison.Ordinal);
        Assert.Null(recording.Length);
        Assert.Null(recording.Write(image));
        Assert.StartsWith("recording to ", recording.Toggle(image), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_whose_file_has_disappeared_is_reported_as_incomplete()
    {
        using var folder = new TemporaryFolder();
        using var recording = new WindowRecording(new WindowOptions { Folder = Directory.CreateDirectory(folder.Inside("videos")).FullName }, TestContext.Current.CancellationToken);
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Black);
        recording.Toggle(image);
        recording.Write(image);
        Directory.Delete(folder.Inside("videos"), recursive: true);
        Assert.Contains("could not be written completely", recording.Toggle(image), StringComparison.Ordinal);
        Assert.Null(recording.Length);
    }
}
