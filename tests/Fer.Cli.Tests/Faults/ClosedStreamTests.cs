namespace Fer.Cli.Tests.Faults;

/// <summary>Daemons and some schedulers start programs with closed standard streams, whose numbers the next opened files get.</summary>
public sealed class ClosedStreamTests(TrainedOnce trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-closed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("2>&-")]
    [InlineData(">&-")]
    public void Results_are_written_and_failures_have_their_exit_code(string closed)
    {
        var json = Path.Combine(_folder, "faces.jsonl");

        var done = Tool.Shell($"\"$@\" {closed}", null, "--input", Path.Combine(trained.Faces, "test"), "--model", trained.Model, "--headless", "--json", json);
        var failed = Tool.Shell($"\"$@\" {closed}", null, "--input", "nowhere.mp4", "--headless");
        var toStdout = Tool.Shell($"\"$@\" {closed}", null, "--input", Path.Combine(trained.Faces, "test"), "--model", trained.Model, "--headless", "--json", "-");

        Assert.Equal((0, 2, 0), (done.ExitCode, failed.ExitCode, toStdout.ExitCode));
        var lines = File.ReadAllLines(json);
        Assert.Equal(Directory.GetFiles(Path.Combine(trained.Faces, "test"), "*", SearchOption.AllDirectories).Length, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("{\"frame\":", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("2>&-")]
    public void A_training_command_does_not_abort(string closed)
    {
        Assert.Equal(0, Run(closed, "evaluate", "--data", trained.Faces, "--model", trained.Model));
        Assert.Equal(2, Run(closed, "evaluate", "--data", "nowhere", "--model", trained.Model));
    }

    private static int Run(string closed, params string[] arguments) => Tool.Run("Train", "fer-train", [], start =>
    {
        string[] words = ["-c", $"\"$@\" {closed}", "bash", start.FileName, .. arguments];
        start.FileName = "bash";
        Array.ForEach(words, start.ArgumentList.Add);
    }).ExitCode;
}
