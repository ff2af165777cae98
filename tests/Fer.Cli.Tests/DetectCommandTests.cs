using System.Text.Json;
using Fer.Core.Data;

namespace Fer.Cli.Tests;

public sealed class DetectCommandTests(TrainedOnce trained) : IClassFixture<TrainedOnce>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_frame_of_a_video_is_a_line_of_JSON()
    {
        var (video, annotated, json) = (Path.Combine(_folder, "v.mp4"), Path.Combine(_folder, "a.mp4"), Path.Combine(_folder, "o.jsonl"));
        new DemoVideo { Seconds = 2, FramesPerSecond = 10, Seed = 1 }.Write(video);

        var result = Tool.Detect("--input", video, "--model", trained.Model, "--headless", "--json", json, "--output", annotated);

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement[] frames = [.. File.ReadAllLines(json).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(20, frames.Length);
        Assert.All(frames, frame => Assert.Equal(JsonValueKind.Array, frame.GetProperty("faces").ValueKind));
        Assert.True(new FileInfo(annotated).Length > 1000);
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
        new DemoVideo { Seconds = 1, FramesPerSecond = 5 }.Write(video);

        var result = Tool.Run("Detect", "fer-detect", ["--input", video, "--model", trained.Model], start =>
        {
            start.Environment.Remove("DISPLAY");
            start.Environment.Remove("WAYLAND_DISPLAY");
        });

        Tool.AssertFails(result, "--headless");
    }
}
