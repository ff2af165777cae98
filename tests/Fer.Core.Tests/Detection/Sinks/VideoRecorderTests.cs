using System.Diagnostics;
using Fer.Core.Detection.Sinks;
using OpenCvSharp;

namespace Fer.Core.Tests.Detection.Sinks;

public sealed class VideoRecorderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recording_is_kept_where_its_ffmpeg_gets_the_signal_of_a_shutdown()
    {
        FfmpegTool.SkipIfMissing();
        var path = _folder.Inside("day.mp4");
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Gray);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        using (var recorder = new VideoRecorder(path, 10, image.Size(), isLive: true) { Cancellation = stop.Token })
        {
            // Frames still come until this process notices a signal of its own.
            var next = Terminate(recorder, image, ".day.unfinished.mp4");
            for (sent = next; sent < next + 200; sent++)
            {
                recorder.Write(image, TimeSpan.FromSeconds(sent / 10.0));
            }

            stop.Cancel();
        }

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        Assert.InRange(FramesOf(path), 1, sent - 200);
    }

    [Fact]
    public void A_recording_whose_ffmpeg_alone_was_terminated_is_not_taken_for_the_whole()
    {
        FfmpegTool.SkipIfMissing();
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Gray);
        var recorder = new VideoRecorder(_folder.Inside("copy.mp4"), 10, image.Size(), isLive: false);
        Terminate(recorder, image, ".copy.unfinished.mp4");
        recorder.Write(image, TimeSpan.FromSeconds(5000));
        Assert.Contains("ends early", Assert.Throws<FerException>(recorder.Dispose).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_live_recording_keeps_its_frames_and_its_speed()
    {
        var path = _folder.Inside("lapse.mp4");
        using var image = new Mat(48, 64, MatType.CV_8UC3, Scalar.Gray);
        // A frame every 4 seconds, and once a minute without any.
        using (var recorder = new VideoRecorder(path, 0.25, image.Size(), isLive: true))
        {
            foreach (var seconds in new[] { 0, 4, 8, 12, 72, 76 })
            {
                recorder.Write(image, TimeSpan.FromSeconds(seconds));
            }
        }

        // The minute is shortened to the time of two frames.
        Assert.Equal(7, FramesOf(path));
    }

    /// <summary>Writes frames until ffmpeg has begun its file, and after a signal to it until it ends, because it waits for them; returns their number.</summary>
    private int Terminate(VideoRecorder recorder, Mat image, string temporary)
    {
        var frame = 0;
        while (frame < 20_000 && new FileInfo(_folder.Inside(temporary)).Length == 0)
        {
            WriteNext();
        }

        using var ffmpeg = FfmpegTool.Writing(_folder);
        using var signal = Process.Start("kill", ["-TERM", $"{ffmpeg.Id}"]);
        while (frame < 40_000 && !ffmpeg.WaitForExit(TimeSpan.FromMilliseconds(50)))
        {
            WriteNext();
        }

        return frame;

        void WriteNext() => recorder.Write(image, TimeSpan.FromSeconds(frame++ / 10.0));
    }

    private static double FramesOf(string path)
    {
        using var video = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        return video.IsOpened() ? video.Get(VideoCaptureProperties.FrameCount) : double.NaN;
    }
}
