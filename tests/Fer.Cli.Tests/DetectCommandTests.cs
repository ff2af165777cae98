using System.Text.Json;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

public sealed class DetectCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_frame_of_a_video_is_a_line_of_JSON()
    {
        var (video, annotated, json) = (Path.Combine(_folder, "v.mp4"), Path.Combine(_folder, "a.mp4"), Path.Combine(_folder, "o.jsonl"));
        new DemoVideo { Seconds = 2, FramesPerSecond = 10, Seed = 1 }.Write(video, TestContext.Current.CancellationToken);

        var result = Tool.Detect("--input", video, "--model", trained.Model, "--headless", "--json", json, "--output", annotated);

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement[] frames = [.. File.ReadAllLines(json).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(20, frames.Length);
        Assert.All(frames, frame => Assert.Equal(JsonValueKind.Array, frame.GetProperty("faces").ValueKind));
        Assert.True(new FileInfo(annotated).Length > 1000);
    }

    [Fact]
    public void A_name_with_a_colon_is_no_address()
    {
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(Path.Combine(_folder, "12:30.mp4"), TestContext.Current.CancellationToken);

        var result = Tool.Run(
            "Detect",
            "fer-detect",
            ["--input", "12:30.mp4", "--model", trained.Model, "--headless", "--json", "12:30.jsonl", "--output", "cam1:front.mp4"],
            start => start.WorkingDirectory = _folder);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(5, File.ReadAllLines(Path.Combine(_folder, "12:30.jsonl")).Length);
        Assert.True(new FileInfo(Path.Combine(_folder, "cam1:front.mp4")).Length > 1000);
    }

    [Fact]
    public void Two_runs_into_one_file_follow_each_other()
    {
        var (video, all) = (Path.Combine(_folder, "v.mp4"), Path.Combine(_folder, "all.jsonl"));
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(video, TestContext.Current.CancellationToken);

        var result = Tool.Shell("{ \"$@\"; \"$@\"; } > \"$ALL\"", ("ALL", all), "--input", video, "--model", trained.Model, "--headless");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], File.ReadAllLines(all).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("frame").GetInt32()));
    }

    [Fact]
    public void Whoever_reads_the_results_may_have_enough_of_them()
    {
        var video = Path.Combine(_folder, "v.mp4");
        new DemoVideo { Seconds = 3, FramesPerSecond = 30 }.Write(video, TestContext.Current.CancellationToken);

        var result = Tool.Shell("\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", null, "--input", video, "--model", trained.Model, "--headless");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.StartsWith("{\"frame\":0,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_a_failure_and_named()
    {
        var (video, annotated) = (Path.Combine(_folder, "v.mp4"), Path.Combine(_folder, "a.mp4"));
        new DemoVideo { Seconds = 2, FramesPerSecond = 10 }.Write(video, TestContext.Current.CancellationToken);

        Tool.AssertFails(Tool.Shell("\"$@\" > /dev/full", null, "--input", video, "--model", trained.Model, "--headless"), "space");
        Tool.AssertFails(Tool.Detect("--input", video, "--model", trained.Model, "--headless", "--json", "/dev/full"), "space");
        // No file may become larger than 16 KiB; .NET itself would want larger ones for its machine code.
        var recorded = Tool.Shell("trap '' XFSZ; ulimit -f 16; \"$@\"", ("DOTNET_EnableWriteXorExecute", "0"), "--input", video, "--model", trained.Model, "--headless", "--output", annotated);
        Assert.Equal(2, recorded.ExitCode);
        Assert.Contains(recorded.ErrorLines, line => line.StartsWith("all ", StringComparison.Ordinal));
        Assert.Matches($"^error: {annotated} .* space", recorded.ErrorLines[^1]);
        Assert.Equal([video], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Results_never_overwrite_the_input_or_each_other()
    {
        var (video, link, other) = (Path.Combine(_folder, "v.mp4"), Path.Combine(_folder, "link.mp4"), Path.Combine(_folder, "o.txt"));
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(video, TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(link, video);
        var before = File.ReadAllBytes(video);

        Tool.AssertFails(Tool.Detect("--input", link, "--model", trained.Model, "--headless", "--output", video), "overwrite");
        Tool.AssertFails(Tool.Detect("--input", video, "--model", trained.Model, "--headless", "--json", link), "overwrite");
        Tool.AssertFails(Tool.Detect("--input", $"file://{video}", "--model", trained.Model, "--headless", "--output", video), "overwrite");
        Tool.AssertFails(Tool.Detect("--input", video, "--model", trained.Model, "--headless", "--json", other, "--csv", other), "same file");
        Assert.Equal(before, File.ReadAllBytes(video));
    }

    [Fact]
    public void Failures_of_the_input_are_one_line()
    {
        var text = Path.Combine(_folder, "text.mp4");
        File.WriteAllText(text, "no video");

        Tool.AssertFails(Tool.Detect("--camera", "77", "--headless", "--model", trained.Model), "camera");
        Tool.AssertFails(Tool.Detect("--input", Path.Combine(_folder, "none.mp4"), "--headless", "--model", trained.Model), "none.mp4");
        Tool.AssertFails(Tool.Detect("--input", text, "--headless", "--model", trained.Model), text);
        Tool.AssertFails(Tool.Detect("--input", text, "--headless", "--model", text), text);
        Tool.AssertFails(Tool.Detect("--input", trained.Faces, "--headless", "--model", trained.Model, "--cascade", Path.Combine(_folder, "none.xml")), "none.xml");
    }

    [Fact]
    public void Without_a_display_the_window_is_refused_with_the_way_out()
    {
        var video = Path.Combine(_folder, "v.mp4");
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(video, TestContext.Current.CancellationToken);

        var result = Tool.Run("Detect", "fer-detect", ["--input", video, "--model", trained.Model], start =>
        {
            start.Environment.Remove("DISPLAY");
            start.Environment.Remove("WAYLAND_DISPLAY");
        });

        Tool.AssertFails(result, "--headless");
    }
}
