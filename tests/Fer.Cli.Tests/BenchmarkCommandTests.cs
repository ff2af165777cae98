using System.Text.Json;
using Fer.Core.Data.Samples;

namespace Fer.Cli.Tests;

public sealed class BenchmarkCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_video_of_ones_own_can_be_measured()
    {
        var video = Path.Combine(_folder, "v.mp4");
        new DemoVideo { Seconds = 1, FramesPerSecond = 10 }.Write(video, TestContext.Current.CancellationToken);

        var result = Tool.Detect("benchmark", "--input", video, "--seconds", "1", "--soak", "10", "--json", "-");

        Assert.True(result.ExitCode == 0, result.Error);
        using var report = JsonDocument.Parse(result.Output);
        var scene = Assert.Single(report.RootElement.GetProperty("scenes").EnumerateArray());
        Assert.True(scene.GetProperty("rate").GetDouble() > 0);
        Assert.True(scene.GetProperty("captureTime").GetDouble() > 0);
        Assert.Equal(10, report.RootElement.GetProperty("soak").GetProperty("frames").GetInt64());
    }

    [Fact]
    public void Robustness_is_measured_for_several_models_on_the_test_faces()
    {
        var faces = Path.Combine(_folder, "faces");
        Assert.Equal(0, Tool.Train("sample", "--out", faces, "--per-class", "4").ExitCode);
        Directory.Move(Path.Combine(faces, "test", "happy"), Path.Combine(faces, "test", "joyful"));
        Directory.Move(Path.Combine(faces, "train", "happy"), Path.Combine(faces, "train", "joyful"));

        var result = Tool.Train("benchmark-robustness", "--data", faces, "--label-map", "joyful=happy", "--model", "bundled", "--model", "bundled");

        Assert.True(result.ExitCode == 0, result.Error);
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.Matches("^accuracy +bundled +bundled +condition$", lines[0]);
        Assert.Equal(14, lines.Length);
        Assert.All(lines[1..], line => Assert.Matches(@"^\w.* +(\d+\.\d%) +\1 +\w", line));
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void The_benchmark_compares_with_the_baseline_and_the_peak()
    {
        var result = Tool.Train("benchmark", "--width", "8", "--batch-size", "8", "--seconds", "1", "--threads", "1", "--json", "-");

        Assert.True(result.ExitCode == 0, result.Error);
        using var report = JsonDocument.Parse(result.Output);
        var root = report.RootElement;
        Assert.Equal(1, root.GetProperty("threads").GetInt32());
        Assert.True(root.GetProperty("ordinaryTrainingRate").GetDouble() > 0);
        Assert.Equal(root.GetProperty("ceilings").GetArrayLength(), root.GetProperty("speeds").GetArrayLength());
        Assert.All(root.GetProperty("speeds").EnumerateArray(), speed =>
        {
            Assert.True(speed.GetProperty("trainingRate").GetDouble() > 0);
            Assert.Contains(speed.GetProperty("layers").EnumerateArray(), layer => layer.GetProperty("layer").GetString() == "stem.conv");
        });
        Assert.NotEmpty(root.GetProperty("processor").GetString()!);
    }
}
