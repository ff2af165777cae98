namespace Fer.Cli.Tests;

public sealed class CombineCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    private string Together => Path.Combine(_folder, "together.pt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public void Networks_that_answer_together_are_evaluated_exported_and_teach_as_one_does()
    {
        var combined = Combine("--share", "2", "--share", "1", "--out", Together);
        var evaluated = Tool.Train("evaluate", "--data", trained.Faces, "--model", Together, "--split", "train");

        Assert.True(combined.ExitCode == 0, combined.Error);
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        // Twice the same network: together it knows what it knows alone.
        var rows = combined.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.Split('%')[0].Trim()).ToArray();
        Assert.Equal(3, rows.Length);
        Assert.All(rows, accuracy => Assert.Equal(rows[0], accuracy));
        Assert.Contains($"accuracy           {rows[0]}%", evaluated.Output, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Train("export", "--model", Together, "--out", Path.Combine(_folder, "together.onnx")).ExitCode);
        Assert.Equal(0, Train("--teacher").ExitCode);
    }

    [Fact]
    public void What_cannot_be_combined_is_one_line()
    {
        Assert.Equal(0, Combine("--out", Together).ExitCode);

        Tool.AssertFails(Combine("--out", trained.Model), "would overwrite the input", "choose another file");
        Tool.AssertFails(Combine("--out", _folder), "is a folder");
        Tool.AssertFails(Combine("--weight", "1e-7", "--weight", "1", "--out", Path.Combine(_folder, "three.pt")), "give each network at least 1E-06, or leave it out");
        Tool.AssertFails(Tool.Train("combine", "--model", trained.Model, "--model", trained.Model, "--data", trained.Faces, "--out", Together), "has no validation/", "--split");
        Tool.AssertFails(Combine("--model", Together, "--out", Path.Combine(_folder, "three.pt")), "already is an ensemble");
    }

    [Fact]
    public void A_soup_of_a_network_with_itself_is_that_network_and_can_be_combined_again()
    {
        var soup = Path.Combine(_folder, "soup.pt");

        var made = Combine("--soup", "--out", soup);
        var again = Tool.Train("combine", "--model", trained.Model, "--model", soup, "--data", trained.Faces, "--split", "train", "--out", Together);

        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Single(made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.Split('%')[0].Trim()).Distinct());
        Assert.True(again.ExitCode == 0, again.Error);
        Tool.AssertFails(Combine("--model", Together, "--soup", "--out", Path.Combine(_folder, "three.pt")), "is another network than");
    }

    [Fact]
    public void Folders_with_other_names_are_mapped_to_the_labels()
    {
        var data = Path.Combine(_folder, "data");
        foreach (var label in Directory.EnumerateDirectories(Path.Combine(trained.Faces, "train")).Select(Path.GetFileName))
        {
            Directory.CreateDirectory(data);
            Directory.CreateSymbolicLink(Path.Combine(data, label == "happy" ? "joy" : label!), Path.Combine(trained.Faces, "train", label!));
        }

        string[] command = ["combine", "--model", trained.Model, "--model", trained.Model, "--data", data, "--split", "train", "--out", Together];

        Tool.AssertFails(Tool.Train(command), "--label-map joy=LABEL");
        Assert.Equal(0, Tool.Train([.. command, "--label-map", "joy=happy"]).ExitCode);
    }

    [Fact]
    public void Wrong_numbers_of_networks_and_shares_are_mistakes_on_the_command_line()
    {
        var single = InProcess.Train("combine", "--model", trained.Model, "--data", trained.Faces, "--out", Together);

        Assert.Equal(1, single.ExitCode);
        Assert.Contains("2 to 16 networks", single.Error, StringComparison.Ordinal);
        foreach (string[] weights in new[] { ["--weight", "1"], ["--weight", "1", "--weight", "0"], new[] { "--share", "1", "--share", "much" } })
        {
            var result = InProcess.Train(["combine", "--model", trained.Model, "--model", trained.Model, "--data", trained.Faces, .. weights, "--out", Together]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("--weight takes a number above 0, once for each --model", result.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Together));
    }

    private ToolResult Combine(params string[] arguments) =>
        Tool.Train(["combine", "--model", trained.Model, "--model", trained.Model, "--data", trained.Faces, "--split", "train", .. arguments]);

    private ToolResult Train(string option) =>
        Tool.Train("--data", trained.Faces, "--epochs", "1", "--batch-size", "28", "--out", Path.Combine(_folder, "run"), "--precision", "fp32", "--width", "8", option, Together);
}
