namespace Fer.Cli.Tests;

public sealed class CompressCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    private string Thin => Path.Combine(_folder, "thin.pt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public void A_compressed_network_is_evaluated_exported_and_trained_further()
    {
        var made = Compress(trained.Model);

        Assert.True(made.ExitCode == 0, made.Error);
        var rows = made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(3, rows.Length);
        Assert.InRange(Number(rows[2][2]) / Number(rows[1][2]), 0.3, 0.7);
        var evaluated = Tool.Train("evaluate", "--data", trained.Faces, "--model", Thin, "--split", "train");
        Assert.Contains($"accuracy           {rows[2][0]}", evaluated.Output, StringComparison.Ordinal);
        var onnx = Tool.Train("export", "--model", Thin, "--out", Path.Combine(_folder, "thin.onnx"));
        Assert.True(onnx.ExitCode == 0, onnx.Error);
        var run = Path.Combine(_folder, "run");
        var further = Tool.Train("--data", trained.Faces, "--init", Thin, "--teacher", trained.Model, "--epochs", "1", "--batch-size", "28", "--out", run, "--recipe", "best", "--precision", "fp32");
        Assert.True(further.ExitCode == 0, further.Error);
        Tool.AssertFails(Compress(Path.Combine(run, "fer.pt"), Path.Combine(_folder, "thinner.pt")), "has been compressed before");

        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void What_cannot_be_compressed_is_one_line()
    {
        Tool.AssertFails(Compress(trained.Model, trained.Model), "would overwrite the input");
        Tool.AssertFails(Compress(trained.Model, _folder), "is a folder");
        Tool.AssertFails(Compress(trained.Model, Thin, "--macs", "1000"), "choose --macs between them");
        Tool.AssertFails(Tool.Train("compress", "--model", trained.Model, "--data", trained.Faces, "--out", Thin), "has no validation/", "--split");
        Assert.False(File.Exists(Thin));
    }

    private ToolResult Compress(string model, string? output = null, params string[] more) =>
        Tool.Train(["compress", "--model", model, "--data", trained.Faces, "--split", "train", "--out", output ?? Thin, .. more]);
}
