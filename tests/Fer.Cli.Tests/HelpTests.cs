namespace Fer.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("evaluate")]
    [InlineData("inspect")]
    [InlineData("crop")]
    [InlineData("convert")]
    [InlineData("sample")]
    [InlineData("combine")]
    [InlineData("export")]
    [InlineData("benchmark")]
    [InlineData("benchmark-robustness")]
    public void Every_command_of_fer_train_shows_its_options_and_an_example(string command) => AssertHelp(InProcess.Train(Words(command)), $"fer-train {command}".TrimEnd());

    [Theory]
    [InlineData("")]
    [InlineData("benchmark")]
    [InlineData("benchmark-detection")]
    [InlineData("get-detector")]
    [InlineData("cameras")]
    [InlineData("merge")]
    public void Every_command_of_fer_detect_shows_its_options_and_an_example(string command) => AssertHelp(InProcess.Detect(Words(command)), $"fer-detect {command}".TrimEnd());

    [Fact]
    public void The_options_of_a_training_come_in_groups_with_their_defaults()
    {
        var help = InProcess.Train("--help").Output;

        string[] groups = ["Data:", "Model:", "Optimization:", "Regularization:", "Distillation and fine-tuning:", "Run:", "Hardware:", "Examples:"];
        Assert.Equal(groups, help.Split('\n').Where(groups.Contains));
        Assert.All(
            ["(default: 128)", "(default: 0.003)", "(default: cosine)", "(default: 0.05)", "(default: standard)", "(default: 0.1)", "(default: 0.999)", "(default: adamw)", "(default: 100)", "(default: 42)"],
            value => Assert.Contains(value, help, StringComparison.Ordinal));
    }

    [Fact]
    public void Old_names_and_internal_switches_stay_out_of_the_help()
    {
        var help = InProcess.Train("--help").Output + InProcess.Train("benchmark", "--help").Output + InProcess.Train("combine", "--help").Output;

        Assert.All(["--votes", "--soft-labels", "--squeeze", "--head", "--share", "--baseline-only", "/h"], name => Assert.DoesNotContain($" {name} ", help, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_is_shown_for_a_wrong_command_line_too() => Assert.Equal(0, InProcess.Train("--epochs", "x", "--help").ExitCode);

    private static string[] Words(string command) => [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];

    private static void AssertHelp(ToolResult help, string name)
    {
        Assert.Equal(0, help.ExitCode);
        Assert.Empty(help.Error);
        var lines = help.Output.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        var examples = lines.SkipWhile(line => line != "Examples:").Skip(1).Where(line => line.Length > 0).ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains(name, example, StringComparison.Ordinal));
    }
}
