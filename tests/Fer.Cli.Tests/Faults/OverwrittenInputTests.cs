using System.Diagnostics;

namespace Fer.Cli.Tests.Faults;

/// <summary>No output of any command may be one of its inputs, whatever the name under which it is given.</summary>
public sealed class OverwrittenInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-overwrite-").FullName;

    public OverwrittenInputTests()
    {
        Directory.CreateDirectory(At("images/train/happy"));
        foreach (var file in new[] { "fer.pt", "cascade.xml", "yunet.onnx", "video.mp4", "report.json", "images/train/happy/a.png" })
        {
            File.WriteAllText(At(file), file);
        }

        foreach (var (file, link) in new[] { ("fer.pt", "hard-model"), ("images/train/happy/a.png", "hard-image") })
        {
            using var process = Process.Start("ln", [At(file), At(link)]);
            process.WaitForExit();
        }

        File.CreateSymbolicLink(At("soft-image"), At("images/train/happy/a.png"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--input video.mp4 --model fer.pt --json fer.pt")]
    [InlineData("--input video.mp4 --model fer.pt --csv hard-model")]
    [InlineData("--input video.mp4 --model fer.pt --json cascade.xml --cascade cascade.xml")]
    [InlineData("--input video.mp4 --model fer.pt --json yunet.onnx --detector yunet --detector-model yunet.onnx")]
    [InlineData("--input video.mp4 --model fer.pt --output video.mp4")]
    [InlineData("--input images --model fer.pt --json images/train/happy/a.png")]
    [InlineData("--input images --model fer.pt --json hard-image")]
    [InlineData("--input images/train/happy/*.png --model fer.pt --csv soft-image")]
    public void Fer_detect_refuses_to_overwrite_an_input(string arguments) => AssertRefused(InProcess.Detect([.. Words(arguments), "--headless"]));

    [Theory]
    [InlineData("evaluate --data images --model fer.pt --json fer.pt", 1)]
    [InlineData("evaluate --data images --model fer.pt --json hard-image", 2)]
    [InlineData("evaluate --data images --model fer.pt --predictions images/train/happy/a.png", 2)]
    [InlineData("evaluate --data images --model fer.pt --baseline report.json --predictions report.json", 1)]
    [InlineData("export --model fer.pt --format onnx --out hard-model", 2)]
    [InlineData("combine --data images --model fer.pt --model report.json --out hard-model", 2)]
    [InlineData("combine --data images --model fer.pt --model report.json --out hard-image", 2)]
    [InlineData("--data images --teacher images/fer.pt --out images", 2)]
    public void Fer_train_refuses_to_overwrite_an_input(string arguments, int exitCode)
    {
        File.WriteAllText(At("images/fer.pt"), "teacher");
        AssertRefused(InProcess.Train(Words(arguments)), exitCode);
    }

    [Fact]
    public void Charts_of_a_folder_do_not_overwrite_its_images()
    {
        File.WriteAllText(At("images/train/happy/samples.png"), "an image");
        AssertRefused(InProcess.Train("inspect", "--data", At("images"), "--out", At("images/train/happy")));
    }

    private void AssertRefused(ToolResult result, int exitCode = 2)
    {
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Matches("would (overwrite|be replaced)", result.Error);
        foreach (var file in new[] { "fer.pt", "cascade.xml", "yunet.onnx", "video.mp4", "report.json", "images/train/happy/a.png" })
        {
            Assert.Equal(file, File.ReadAllText(At(file)));
        }
    }

    private string[] Words(string arguments) =>
        [.. arguments.Split(' ').Select(word => File.Exists(At(word)) || Directory.Exists(At(word)) || word.Contains('*', StringComparison.Ordinal) ? At(word) : word)];

    private string At(string name) => Path.Combine(_folder, name);
}
