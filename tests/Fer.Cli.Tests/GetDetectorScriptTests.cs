using Fer.Core.Detection.Detectors;

namespace Fer.Cli.Tests;

/// <summary><c>scripts/get-detector.sh</c>, which <c>scripts/setup.sh</c> calls before anything is built.</summary>
public sealed class GetDetectorScriptTests : IDisposable
{
    private const string Script = "scripts/get-detector.sh";

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    private string Target => Path.Combine(_folder, "data", YuNetModel.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_downloads_the_file_of_the_command_with_the_same_checksum()
    {
        var text = File.ReadAllText(Documentation.PathOf(Script));

        Assert.Contains($"url={YuNetModel.Url}\n", text, StringComparison.Ordinal);
        Assert.Contains($"sha256={YuNetModel.Sha256}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_right_file_is_kept()
    {
        var model = Environment.GetEnvironmentVariable(YuNetModel.Variable);
        Assert.SkipWhen(model is null, $"{YuNetModel.Variable} is not set");

        var result = Run($"cp '{model}'");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public void An_intact_file_stays_without_a_download_and_a_damaged_one_is_replaced()
    {
        var model = Environment.GetEnvironmentVariable(YuNetModel.Variable);
        Assert.SkipWhen(model is null, $"{YuNetModel.Variable} is not set");
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.Copy(model!, Target);

        Assert.Equal(0, Run("false").ExitCode);

        File.WriteAllBytes(Target, File.ReadAllBytes(model!)[..1000]);
        Assert.NotEqual(0, Run("false").ExitCode);
        Assert.Equal(0, Run($"cp '{model}'").ExitCode);
        Assert.Equal(File.ReadAllBytes(model!), File.ReadAllBytes(Target));
    }

    [Fact]
    public void Another_file_or_a_failed_download_leaves_nothing()
    {
        var result = Run("cp /etc/passwd");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SHA-256", result.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, Run("false").ExitCode);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    /// <summary>Runs the script where <c>curl -o FILE</c> is <paramref name="download"/> with the file as its last argument.</summary>
    private ToolResult Run(string download)
    {
        var curl = Path.Combine(_folder, "curl");
        File.WriteAllText(curl, $"#!/bin/bash\nwhile [[ $1 != -o ]]; do shift; done\n{download} \"$2\"\n");
        Assert.Equal(0, Tool.Shell($"chmod +x '{curl}'", variable: null).ExitCode);
        return Tool.Shell($"PATH='{_folder}':$PATH bash '{Documentation.PathOf(Script)}' '{Target}'", variable: null);
    }
}
