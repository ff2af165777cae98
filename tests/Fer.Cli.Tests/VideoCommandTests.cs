using System.Diagnostics;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

public sealed class VideoCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_the_program_ffmpeg_a_copy_is_MPEG4_and_a_line_says_so()
    {
        var (video, copy) = (Video(), Inside("copy.mp4"));

        var result = WithoutFfmpeg(video, "--headless", "--output", copy, "--model", trained.Model);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("install the program ffmpeg", Assert.Single(result.ErrorLines, line => line.Contains("MPEG-4", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("mp4v", File.ReadAllText(copy, System.Text.Encoding.Latin1), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_program_ffmpeg_a_video_that_OpenCV_cannot_decode_is_refused_with_the_way_out()
    {
        var av1 = Inside("av1.mp4");
        Ffmpeg("-i", Video(), "-c:v", "libaom-av1", "-cpu-used", "8", av1);

        Tool.AssertFails(WithoutFfmpeg(av1, "--headless", "--model", trained.Model), av1, "AV1", "install the program ffmpeg");
        Assert.Equal(0, Tool.Detect(av1, "--headless", "--model", trained.Model, "--json", Inside("o.jsonl")).ExitCode);
        Assert.Equal(5, File.ReadAllLines(Inside("o.jsonl")).Length);
    }

    [Fact]
    public void A_disk_that_is_too_full_for_the_sound_leaves_a_video_without_it_and_a_warning()
    {
        var (silent, original, copy) = (Inside("silent.mp4"), Inside("original.mp4"), Inside("copy.mp4"));
        Ffmpeg("-i", Video(), "-f", "lavfi", "-i", "sine=duration=1", "-c:v", "copy", original);
        Assert.Equal(0, Tool.Detect(Video(), "--headless", "--output", silent, "--model", trained.Model).ExitCode);
        var kibibytes = new FileInfo(silent).Length / 1024 + 2;

        // No file may become larger; .NET itself would want larger ones for its machine code.
        var result = Tool.Shell($"trap '' XFSZ; ulimit -f {kibibytes}; \"$@\"", ("DOTNET_EnableWriteXorExecute", "0"), original, "--headless", "--output", copy, "--model", trained.Model);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.StartsWith($"warning: the sound of {original} could not be added to {copy}", Assert.Single(result.ErrorLines, line => line.StartsWith("warning", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(silent), File.ReadAllBytes(copy));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void An_interrupted_run_leaves_a_copy_that_plays()
    {
        var (video, copy) = (Inside("long.mp4"), Inside("copy.mp4"));
        Ffmpeg("-stream_loop", "2000", "-i", Video(), "-c", "copy", video);

        // To the whole process group, as Ctrl+C does.
        var result = Tool.Shell("timeout -s INT 10 \"$@\"; exit $?", null, video, "--headless", "--model", trained.Model, "--output", copy, "--csv", Inside("o.csv"));

        Assert.True(result.ExitCode == 124, result.Error);
        Assert.Contains("interrupted", result.Error, StringComparison.Ordinal);
        Ffmpeg("-xerror", "-i", copy, "-f", "null", "-");
        Assert.DoesNotContain(Directory.GetFiles(_folder), path => path.Contains("unfinished", StringComparison.Ordinal));
    }

    private string Inside(string name) => Path.Combine(_folder, name);

    private string Video()
    {
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(Inside("v.mp4"));
        return Inside("v.mp4");
    }

    private static ToolResult WithoutFfmpeg(params string[] arguments) => Tool.Run("Detect", "fer-detect", arguments, start => start.Environment["PATH"] = "/nowhere");

    private static void Ffmpeg(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "the program ffmpeg is not installed");
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
