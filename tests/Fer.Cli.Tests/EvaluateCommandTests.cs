using System.Text.Json;

namespace Fer.Cli.Tests;

public sealed class EvaluateCommandTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_report_the_table_and_the_predictions_agree()
    {
        var (json, csv) = (Path.Combine(_folder, "report.json"), Path.Combine(_folder, "predictions.csv"));

        var result = Evaluate("--json", json, "--predictions", csv, "--tta");

        Assert.True(result.ExitCode == 0, result.Error);
        using var report = JsonDocument.Parse(File.ReadAllText(json));
        string[][] rows = [.. File.ReadAllLines(csv).Skip(1).Select(line => line.Split(','))];
        var right = rows.Count(row => row[1] == row[2]) / (double)rows.Length;
        Assert.Equal(21, rows.Length);
        Assert.Equal(right, report.RootElement.GetProperty("figures").GetProperty("accuracy").GetDouble(), 9);
        Assert.NotEqual(JsonValueKind.Null, report.RootElement.GetProperty("withViews").ValueKind);
        Assert.Contains("surprise", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missed_gate_exits_with_3_and_says_which()
    {
        var missed = Evaluate("--min-accuracy", "1.0");

        Assert.Equal(3, missed.ExitCode);
        Assert.Contains("FAILED: accuracy ", missed.Error, StringComparison.Ordinal);
        Assert.Equal(0, Evaluate("--min-accuracy", "0").ExitCode);
    }

    [Fact]
    public void A_baseline_is_compared_with()
    {
        var baseline = Path.Combine(_folder, "baseline.json");
        Assert.Equal(0, Evaluate("--json", baseline).ExitCode);

        Assert.Equal(0, Evaluate("--baseline", baseline, "--max-drop", "0.01").ExitCode);
        Tool.AssertFails(Evaluate("--baseline", Path.Combine(_folder, "none.json")), "none.json");
    }

    [Fact]
    public void A_gate_that_could_not_miss_is_a_mistake_on_the_command_line()
    {
        var baseline = Path.Combine(_folder, "baseline.json");

        Assert.Contains("--baseline FILE", Refused("--max-drop", "0.01"), StringComparison.Ordinal);
        Assert.Contains("another file", Refused("--baseline", baseline, "--json", baseline), StringComparison.Ordinal);
        Assert.Contains("another file", Refused("--predictions", trained.Model), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Refused("--json"), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Refused("--json", ""), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Refused("--baseline"), StringComparison.Ordinal);
        Assert.Contains("--predictions needs a file", Refused("--predictions", "/dev/stdout"), StringComparison.Ordinal);
        Assert.Contains("are the same file", Refused("--json", baseline, "--predictions", baseline), StringComparison.Ordinal);

        string Refused(params string[] arguments)
        {
            var result = InProcess.Train(["evaluate", "--data", trained.Faces, "--model", trained.Model, .. arguments]);
            Assert.Equal(1, result.ExitCode);
            return result.Error;
        }
    }

    [Fact]
    public void Processors_that_libtorch_does_not_know_are_no_matter_for_messages() =>
        Assert.All(
            Tool.Train("evaluate", "--data", trained.Faces, "--model", trained.Model, "--precision", "fp32", "--threads", "1").ErrorLines,
            line => Assert.StartsWith("warning: ", line, StringComparison.Ordinal));

    [Fact]
    public void What_is_no_checkpoint_or_does_not_fit_is_one_line()
    {
        var text = Path.Combine(_folder, "text.pt");
        File.WriteAllText(text, "not a checkpoint");
        Directory.CreateDirectory(Path.Combine(_folder, "other", "test", "cat"));

        Tool.AssertFails(Tool.Train("evaluate", "--data", trained.Faces, "--model", text), text, "not a checkpoint");
        Tool.AssertFails(Tool.Train("evaluate", "--data", trained.Faces, "--model", Path.Combine(_folder, "none.pt")), "none.pt");
        Tool.AssertFails(Tool.Train("evaluate", "--data", Path.Combine(_folder, "other"), "--model", trained.Model), "cat");
    }

    [Theory]
    [InlineData("f.onnx")]
    [InlineData("f.safetensors")]
    [InlineData("f.pt")]
    [InlineData("f.safetensors", 0.5, "--half")]
    [InlineData("f.pt", 0.5, "--half")]
    public void A_network_can_be_exported(string name, double size = 1, params string[] more)
    {
        var file = Path.Combine(_folder, name);

        Assert.Equal(0, Tool.Train(["export", "--model", trained.Model, "--out", file, .. more]).ExitCode);
        // The weights in float32, as in the checkpoint.
        Assert.InRange(new FileInfo(file).Length / (double)new FileInfo(trained.Model).Length / size, 0.8, 1.2);
    }

    [Fact]
    public void An_export_that_is_not_possible_says_why()
    {
        Tool.AssertFails(Tool.Train("export", "--model", trained.Model, "--out", Path.Combine(_folder, "f.xyz")), "--format");
        Tool.AssertFails(Tool.Train("export", "--model", trained.Model, "--out", trained.Model, "--format", "onnx"), "would overwrite the input");
        Tool.AssertFails(Tool.Train("export", "--model", trained.Model, "--out", Path.Combine(_folder, "h.onnx"), "--half"), "float32");
    }

    [Fact]
    public void Half_precision_changes_no_prediction_by_much()
    {
        var half = Path.Combine(_folder, "half.pt");
        Assert.Equal(0, Tool.Train("export", "--model", trained.Model, "--half", "--out", half).ExitCode);

        Assert.Equal(Loss(trained.Model), Loss(half), 0.005);

        double Loss(string model)
        {
            var json = Path.Combine(_folder, "loss.json");
            Assert.Equal(0, EvaluateModel(model, "--json", json, "--force").ExitCode);
            return JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("figures").GetProperty("loss").GetDouble();
        }
    }

    [Fact]
    public void The_state_of_the_training_is_not_exported()
    {
        var network = Path.Combine(_folder, "network.pt");

        Assert.Equal(0, Tool.Train("export", "--model", Path.Combine(trained.Run, "last.pt"), "--out", network).ExitCode);

        Assert.InRange(new FileInfo(network).Length, 1, 1.1 * new FileInfo(trained.Model).Length);
    }

    private ToolResult Evaluate(params string[] more) => EvaluateModel(trained.Model, more);

    private ToolResult EvaluateModel(string model, params string[] more) =>
        Tool.Train(["evaluate", "--data", trained.Faces, "--split", "test", "--model", model, "--precision", "fp32", .. more]);
}
