using System.Text.Json;

namespace Fer.Cli.Tests;

public sealed class WithoutTorchTests(TrainedOnce trained) : IClassFixture<TrainedOnce>
{
    [Trait("Speed", "slow")]
    [Fact]
    public void Detection_runs_in_ONNX_Runtime_and_loads_no_libtorch()
    {
        var image = Directory.EnumerateFiles(Path.Combine(trained.Faces, "train"), "*.png", SearchOption.AllDirectories).First();
        // With a list of images on stdin, the process still runs after its first result.
        using var process = Tool.StartOpen("Detect", "fer-detect", ["--input", "-", "--model", trained.Model, "--headless", "--json", "-"]);
        process.StandardInput.WriteLine(image);
        process.StandardInput.Flush();
        var line = process.StandardOutput.ReadLine();
        var maps = File.ReadAllText($"/proc/{process.Id}/maps");
        process.StandardInput.Close();
        var result = Tool.Wait(process);

        Assert.True(result.ExitCode == 0, result.Error);
        using var frame = JsonDocument.Parse(line!);
        Assert.Contains("libonnxruntime.so", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("LibTorchSharp", maps, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_fer_detect_contains_no_libtorch()
    {
        using var process = Tool.Start("Detect", "fer-detect", ["--version"]);
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(process.StartInfo.FileName)!, "*.so*").Select(Path.GetFileName).ToList();
        Tool.Wait(process);

        Assert.Contains("libonnxruntime.so", files);
        Assert.DoesNotContain(files, file => file!.Contains("torch", StringComparison.OrdinalIgnoreCase) || file.StartsWith("libc10", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_that_need_libtorch_are_refused_with_a_solution() => Tool.AssertFails(
        Tool.Detect("--input", trained.Faces, "--model", trained.Model, "--headless", "--precision", "bf16"), "bfloat16 needs libtorch", "--precision fp32", "scripts/install.sh");
}
