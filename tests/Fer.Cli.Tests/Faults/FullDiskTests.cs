using Fer.Core.Checkpoints;

namespace Fer.Cli.Tests.Faults;

/// <summary>A disk that becomes full at every size: one line that names a file, and nothing half-written remains.</summary>
public sealed class FullDiskTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-full-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(1024)]
    public void A_training_whose_disk_is_full_says_so_and_leaves_whole_files(int kibibytes)
    {
        var run = Path.Combine(_folder, "run");

        var result = Limited("Train", "fer-train", kibibytes, "--data", trained.Faces, "--epochs", "1", "--batch-size", "28", "--out", run, "--precision", "fp32", "--width", "8");

        Assert.True(result.ExitCode == 2, $"exit code {result.ExitCode}\n{result.Error}");
        Assert.StartsWith("error: ", result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains(run, result.ErrorLines[^1], StringComparison.Ordinal);
        foreach (var checkpoint in Directory.Exists(run) ? Directory.GetFiles(run, "*.pt") : [])
        {
            CheckpointStore.Load(checkpoint);
        }

        Assert.DoesNotContain(Directory.Exists(run) ? Directory.GetFiles(run, ".*") : [], path => path.Contains("unfinished", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("export", "--format", "onnx")]
    [InlineData("export", "--format", "safetensors")]
    [InlineData("export", "--format", "pt")]
    public void An_export_whose_disk_is_full_leaves_nothing(params string[] arguments)
    {
        var output = Path.Combine(_folder, "model");

        var result = Limited("Train", "fer-train", 8, [.. arguments, "--model", trained.Model, "--out", output]);

        Tool.AssertFails(result, output);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Annotated_images_whose_disk_is_full_leave_no_half_image()
    {
        var output = Path.Combine(_folder, "annotated");

        var result = Limited("Detect", "fer-detect", 1, "--input", Path.Combine(trained.Faces, "test"), "--model", trained.Model, "--headless", "--output", output);

        Assert.True(result.ExitCode == 2, $"exit code {result.ExitCode}\n{result.Error}");
        Assert.StartsWith($"error: {output}", result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(output) ? Directory.GetFiles(output, "*.png", SearchOption.AllDirectories) : []);
    }

    /// <summary>No file may become larger; .NET itself would want larger ones for its machine code.</summary>
    private static ToolResult Limited(string project, string tool, int kibibytes, params string[] arguments) => Tool.Run(project, tool, [], start =>
    {
        string[] words = ["-c", $"trap '' XFSZ; ulimit -f {kibibytes}; \"$@\"", "bash", start.FileName, .. arguments];
        start.FileName = "bash";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        Array.ForEach(words, start.ArgumentList.Add);
    });
}
