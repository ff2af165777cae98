namespace Fer.Cli.Tests;

/// <summary><c>scripts/evaluate.sh</c>, as <c>docs/model-ci.yml</c> calls it.</summary>
public sealed class EvaluateScriptTests : IDisposable
{
    private const string Gate = "--min-accuracy 0.62";

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;
    private readonly string _line;

    /// <summary>A job's folder: FER in <c>fer/</c>, model and images in <c>mine/</c>, and the installed tool on PATH.</summary>
    public EvaluateScriptTests(TrainedOnce trained)
    {
        _line = File.ReadLines(Documentation.PathOf("docs/model-ci.yml")).Select(line => line.Trim()).Single(line => line.Contains("evaluate.sh", StringComparison.Ordinal))["- run: ".Length..];
        Assert.Contains(Gate, _line, StringComparison.Ordinal);
        Directory.CreateSymbolicLink(At("fer"), Documentation.PathOf("."));
        Directory.CreateDirectory(At("mine"));
        Directory.CreateSymbolicLink(At("mine/images"), trained.Faces);
        File.CreateSymbolicLink(At("mine/fer.pt"), trained.Model);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_line_of_the_workflow_passes_where_the_gates_are_met()
    {
        var result = Run(_line.Replace(Gate, "--min-accuracy 0", StringComparison.Ordinal).Replace("--max-ece 0.1", "--max-ece 1", StringComparison.Ordinal));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(["report.html", "report.json", "predictions.csv", "junit.xml", "summary.md"], file => Assert.True(File.Exists(At($"report/{file}")), file));
        Assert.StartsWith("earlier step\n## Evaluation: all 2 gates met", File.ReadAllText(At("step-summary.md")), StringComparison.Ordinal);
        Assert.DoesNotContain("::error", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missed_gate_fails_the_job_and_is_annotated()
    {
        var result = Run(_line.Replace(Gate, "--min-accuracy 1", StringComparison.Ordinal));

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("\n::error title=fer-train evaluate mine/fer.pt::accuracy ", result.Error, StringComparison.Ordinal);
        Assert.Contains("<failure message=\"accuracy ", File.ReadAllText(At("report/junit.xml")), StringComparison.Ordinal);
        Assert.Contains("**missed**", File.ReadAllText(At("step-summary.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_no_missed_gate_and_leaves_no_summary()
    {
        // What an earlier job left must not pass for this one's result.
        Directory.CreateDirectory(At("report"));
        File.WriteAllText(At("report/junit.xml"), "<testsuites/>");

        var result = Run("fer/scripts/evaluate.sh report --data none --model mine/fer.pt");

        Assert.Equal(2, result.ExitCode);
        Assert.False(File.Exists(At("report/junit.xml")));
        Assert.Contains("none", result.Error, StringComparison.Ordinal);
        Assert.Equal("earlier step\n", File.ReadAllText(At("step-summary.md")));
        Assert.Equal(1, Run("fer/scripts/evaluate.sh --data mine/images").ExitCode);
        Assert.Contains("not installed", Run("FER_TRAIN=no-such-tool fer/scripts/evaluate.sh report").Error, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private ToolResult Run(string line)
    {
        File.WriteAllText(At("step-summary.md"), "earlier step\n");
        using var process = Tool.Start("Train", "fer-train", [], start =>
        {
            start.Environment["PATH"] = $"{Path.GetDirectoryName(start.FileName)}:{Environment.GetEnvironmentVariable("PATH")}";
            start.Environment["GITHUB_ACTIONS"] = "true";
            start.Environment["GITHUB_STEP_SUMMARY"] = At("step-summary.md");
            start.WorkingDirectory = _folder;
            start.FileName = "bash";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(line);
        });
        return Tool.Wait(process);
    }
}
