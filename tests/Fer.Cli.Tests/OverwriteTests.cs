namespace Fer.Cli.Tests;

/// <summary>No command overwrites a file without <c>--force</c>.</summary>
public sealed class OverwriteTests(TrainedOnce trained) : IDisposable
{
    private const string Precious = "results of last week";

    private readonly string _folder = Directory.CreateTempSubdirectory("fer-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train", "sample --out {0}/faces --per-class 1 --video {1}", "v.mp4")]
    [InlineData("train", "benchmark --seconds 1 --json {1}", "b.json")]
    [InlineData("train", "inspect --data {2} --out {0}", "overview.html")]
    [InlineData("train", "export --out {1}", "m.onnx")]
    [InlineData("train", "evaluate --data {2} --summary {1}", "s.md")]
    [InlineData("detect", "benchmark --seconds 1 --json {1}", "b.json")]
    [InlineData("detect", "benchmark-detection --images 1 --faces 0 --chart {1}", "c.png")]
    [InlineData("detect", "get-detector --url http://localhost:9/none --out {1}", "yunet.onnx")]
    public void An_existing_file_is_kept_and_the_message_names_the_option(string tool, string line, string name)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, Precious);
        string[] arguments = [.. line.Split(' ').Select(word => string.Format(System.Globalization.CultureInfo.InvariantCulture, word, _folder, file, trained.Faces))];

        var result = tool == "train" ? Tool.Train(arguments) : Tool.Detect(arguments);

        Tool.AssertFails(result, file, "exists already; add --force to overwrite it");
        Assert.Equal(Precious, File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_training_does_not_replace_the_report_of_something_else()
    {
        var report = Path.Combine(_folder, "report.json");
        File.WriteAllText(report, Precious);

        Tool.AssertFails(Tool.Train("--data", trained.Faces, "--epochs", "1", "--out", _folder), report, "exists already", "choose another --out");

        Assert.Equal(Precious, File.ReadAllText(report));
    }

    [Fact]
    public void A_list_on_stdin_is_kept_even_with_force()
    {
        var list = Path.Combine(_folder, "list.txt");
        File.WriteAllText(list, Precious);

        var result = Tool.Shell($"\"$@\" < '{list}'", variable: null, "-", "--model", trained.Model, "--headless", "--json", list, "--force");

        Tool.AssertFails(result, "would overwrite the input");
        Assert.Equal(Precious, File.ReadAllText(list));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Force_overwrites()
    {
        // Into the folder of the faces, which comes to be with them.
        var (video, beside) = (Path.Combine(_folder, "v.mp4"), Path.Combine(_folder, "more", "v.mp4"));
        File.WriteAllText(video, Precious);
        File.WriteAllText(Path.Combine(_folder, "overview.html"), Precious);

        var sample = Tool.Train("sample", "--out", Path.Combine(_folder, "faces"), "--per-class", "1", "--people", "1", "--video", video, "--force");
        var nested = Tool.Train("sample", "--out", Path.Combine(_folder, "more"), "--per-class", "1", "--people", "1", "--video", beside);
        var inspect = Tool.Train("inspect", "--data", trained.Faces, "--out", _folder, "--force");

        Assert.True(sample.ExitCode == 0 && nested.ExitCode == 0 && inspect.ExitCode == 0, sample.Error + nested.Error + inspect.Error);
        Assert.True(File.Exists(beside));
        Assert.True(new FileInfo(video).Length > Precious.Length);
        Assert.DoesNotContain(Precious, File.ReadAllText(Path.Combine(_folder, "overview.html")), StringComparison.Ordinal);
    }
}
