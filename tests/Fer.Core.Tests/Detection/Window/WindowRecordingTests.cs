using Fer.Core.Detection.Window;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Window;

public sealed class WindowRecordingTests
{
    [Fact]
    public void A_failure_to_save_is_reported_and_does_not_end_the_run()
    {
        using var recording = new WindowRecording(new WindowOptions { Folder = "/dev/null/folder" });
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Black);
        Assert.StartsWith("not saved: ", recording.Snapshot(image), StringComparison.Ordinal);
        Assert.Contains("no video can be written", recording.Toggle(image), StringComparison.Ordinal);
        Assert.Null(recording.Length);
    }

    [Fact]
    public void A_recording_whose_file_has_disappeared_is_reported_as_incomplete()
    {
        using var folder = new TemporaryFolder();
        using var recording = new WindowRecording(new WindowOptions { Folder = Directory.CreateDirectory(folder.Inside("videos")).FullName });
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Black);
        recording.Toggle(image);
        recording.Write(image);
        Directory.Delete(folder.Inside("videos"), recursive: true);
        Assert.Contains("could not be written completely", recording.Toggle(image), StringComparison.Ordinal);
        Assert.Null(recording.Length);
    }
}
