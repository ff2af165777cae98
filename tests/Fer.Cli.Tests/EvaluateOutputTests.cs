using System.Text.Json;

namespace Fer.Cli.Tests;

/// <summary>What <c>fer-train evaluate</c> writes beside its table.</summary>
public sealed class EvaluateOutputTests(TrainedOnce trained) : IDisposable
{
    private static readonly string Release01 = Path.Combine(AppContext.BaseDirectory, "Fixtures", "release-0.1");

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_result_is_written_and_is_a_baseline_with_predictions_for_the_next_run()
    {
        var groups = At("groups.csv");
        var images = Directory.GetFiles(Path.Combine(trained.Faces, "test"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        File.WriteAllText(groups, "path,parity\n" + string.Concat(images.Select((path, index) => $"{Path.GetRelativePath(trained.Faces, path)},{(index % 2 == 0 ? "even" : "odd")}\n")));

        var first = Evaluate("--report", At("report"), "--mistakes", At("mistakes"), "--junit", At("junit.xml"), "--summary", At("summary.md"), "--groups", groups, "--min-recall", "happy=1.0", "--max-ece", "1");
        var second = Evaluate("--baseline", Path.Combine(At("report"), "report.json"), "--mistakes", At("mistakes.csv"), "--min-macro-f1", "0");

        Assert.InRange(first.ExitCode, 0, 3);
        Assert.All(
            ["report/report.html", "report/report.json", "report/predictions.csv", "report/confusion.png", "report/calibration.png", "mistakes/mistakes.csv", "mistakes/mistakes.png", "junit.xml", "summary.md"],
            file => Assert.True(new FileInfo(At(file)).Length > 0, file));
        Assert.Contains("by parity", first.Output, StringComparison.Ordinal);
        Assert.Contains("no gap", first.Output, StringComparison.Ordinal);
        Assert.Equal(0, second.ExitCode);
        Assert.Contains($"on {images.Length} images that both predicted", second.Output, StringComparison.Ordinal);
        Assert.Contains("McNemar's test: 0 images correct here only", second.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(At("mistakes/mistakes.csv")), File.ReadAllText(At("mistakes.csv")));
        // A folder with results is not read as a label, and results are not overwritten.
        Assert.True(File.Exists(At("report/.fer-output")));
        Tool.AssertFails(Evaluate("--report", At("report")), "report.html exists already", "--force");
    }

    [Fact]
    public void A_report_of_the_first_release_is_a_baseline()
    {
        var faces = At("faces");
        Core.Data.Samples.SampleFaces.WriteFolder(faces, perLabel: 6, seed: 7, TestContext.Current.CancellationToken);

        var result = Tool.Train("evaluate", "--data", faces, "--model", Path.Combine(Release01, "fer.pt"), "--precision", "fp32", "--baseline", Path.Combine(Release01, "report.json"));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"compared with {Path.Combine(Release01, "report.json")} (network ", result.Output, StringComparison.Ordinal);
        Assert.Contains("not image by image", result.Output, StringComparison.Ordinal);
        Assert.Matches("\naccuracy +0.0% +0.0% +0.0 +0.0 to 0.0\n", result.Output);
    }

    [Fact]
    public void The_bundled_model_has_the_same_name_wherever_it_is_installed()
    {
        var faces = At("faces");
        Core.Data.Samples.SampleFaces.WriteFolder(faces, perLabel: 2, seed: 7, TestContext.Current.CancellationToken);

        // A CI system keeps the history of a test suite by its name.
        var result = Tool.Train("evaluate", "--data", faces, "--split", "test", "--model", "bundled", "--model", "bundled", "--junit", At("junit.xml"));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(2, File.ReadAllText(At("junit.xml")).Split("<testsuite name=\"bundled\"").Length - 1);
        Assert.Contains("compared with bundled", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mistakes_of_an_earlier_evaluation_do_not_stay()
    {
        var faces = At("faces");
        Core.Data.Samples.SampleFaces.WriteFolder(faces, perLabel: 4, seed: 7, TestContext.Current.CancellationToken);
        var sheet = Path.Combine(At("mistakes"), "mistakes.png");
        Assert.Equal(0, Tool.Train("evaluate", "--data", trained.Faces, "--model", trained.Model, "--mistakes", At("mistakes")).ExitCode);
        Assert.True(File.Exists(sheet));
        // Only what the bundled model says is right.
        string[] right = [.. Tool.Train("evaluate", "--data", faces, "--predictions", At("p.csv")).ExitCode == 0 ? File.ReadAllLines(At("p.csv")).Skip(1).Where(row => row.Split(',') is [_, var label, var predicted, ..] && label == predicted).Select(row => row.Split(',')[0]) : []];
        Assert.NotEmpty(right);
        foreach (var file in Directory.GetFiles(Path.Combine(faces, "test"), "*.png", SearchOption.AllDirectories).Where(file => !right.Any(name => file.EndsWith(name, StringComparison.Ordinal))))
        {
            File.Delete(file);
        }

        Assert.Equal(0, Tool.Train("evaluate", "--data", faces, "--mistakes", At("mistakes"), "--force").ExitCode);

        Assert.False(File.Exists(sheet));
    }

    [Fact]
    public void Places_that_cannot_be_written_are_reported_before_the_work()
    {
        File.WriteAllText(At("file"), "a file");
        Directory.CreateDirectory(At("folder"));

        Tool.AssertFails(Evaluate("--json", At("folder")), "is a folder; --json requires a file");
        Tool.AssertFails(Evaluate("--report", At("file")), "is a file, where the results need a folder");
        Tool.AssertFails(Evaluate("--report", At("report"), "--json", Path.Combine(At("report"), "report.json")), "--json and --report would both write");
        File.WriteAllText(At("groups.csv"), "no,path\n");
        // What was computed is not lost.
        var full = Evaluate("--json", "/dev/full");
        Assert.Equal(2, full.ExitCode);
        Assert.Contains("macro F1", full.Output, StringComparison.Ordinal);
        var groups = Evaluate("--groups", At("groups.csv"), "--report", At("report"));
        Assert.Equal((2, false), (groups.ExitCode, Directory.Exists(At("report"))));
    }

    [Fact]
    public void Training_images_are_only_evaluated_by_name()
    {
        var data = At("data");
        Core.Data.Samples.SampleFaces.WriteFolder(data, perLabel: 4, seed: 7, TestContext.Current.CancellationToken);
        Directory.Move(Path.Combine(data, "test"), Path.Combine(data, "testset"));

        Tool.AssertFails(Tool.Train("evaluate", "--data", data, "--model", trained.Model), "has no test/", "--split (train)");
        var named = Tool.Train("evaluate", "--data", data, "--model", trained.Model, "--split", "train");
        Assert.True(named.ExitCode == 0, named.Error);
        Assert.Contains("testset is not used", named.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_networks_are_compared_in_one_table()
    {
        var result = Evaluate("--model", Path.Combine(Release01, "fer.pt"), "--json", At("both.json"), "--min-accuracy", "0.01", "--report", At("both"));

        using var reports = JsonDocument.Parse(File.ReadAllText(At("both.json")));
        Assert.Equal([trained.Model, Path.Combine(Release01, "fer.pt")], reports.RootElement.EnumerateArray().Select(report => report.GetProperty("model").GetString()));
        Assert.Equal(2, result.Output.Split('\n').TakeWhile(line => line.Length > 0).Count(line => line.EndsWith("fer.pt", StringComparison.Ordinal)));
        Assert.Contains($"compared with {trained.Model}", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(At("both/confusion-2.png")) && File.Exists(At("both/predictions-2.csv")));
        Tool.AssertFails(Evaluate("--baseline", At("both.json")), "several networks", "a single --model");
    }

    [Fact]
    public void Predictions_that_are_not_those_of_the_baseline_are_not_compared_with()
    {
        Assert.Equal(0, Evaluate("--json", At("r.json"), "--predictions", At("p.csv")).ExitCode);
        File.WriteAllLines(At("p.csv"), File.ReadLines(At("p.csv")).SkipLast(1).ToArray());

        var result = Evaluate("--baseline", At("r.json"));

        Assert.Contains("warning: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("p.csv holds other predictions", result.Error, StringComparison.Ordinal);
        Assert.Contains("not image by image", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--min-recall takes LABEL=X", "--min-recall", "happy")]
    [InlineData("--min-recall takes LABEL=X", "--min-recall", "happy=2")]
    [InlineData("--max-ece takes a number", "--max-ece", "2")]
    [InlineData("--junit needs a file", "--junit", "-")]
    [InlineData("are the same file", "--junit", "a.xml", "--summary", "a.xml")]
    [InlineData("name a single --model", "--mistakes", "m", "--model", "a.pt", "--model", "b.pt")]
    [InlineData("would overwrite the input", "--summary", "a.csv", "--groups", "a.csv")]
    public void A_command_line_that_cannot_be_meant_is_refused(string expected, params string[] arguments)
    {
        var result = InProcess.Train(["evaluate", "--data", "images", .. arguments]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_the_network_does_not_know_is_reported_before_the_work() =>
        Tool.AssertFails(Evaluate("--min-recall", "bored=0.5"), "bored", "its labels are");

    private string At(string name) => Path.Combine(_folder, name);

    private ToolResult Evaluate(params string[] more) =>
        Tool.Train(["evaluate", "--data", trained.Faces, "--split", "test", "--model", trained.Model, "--precision", "fp32", .. more]);
}
