using System.Text.RegularExpressions;

namespace Fer.Cli.Tests;

/// <summary>The guide to a network for one's own labels, followed to the letter on photographs of synthetic persons.</summary>
public sealed partial class OwnDataGuideTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fer-own-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Trait("Speed", "slow")]
    [Fact]
    public void The_ten_commands_of_the_guide_lead_from_photographs_to_a_network()
    {
        var commands = ShellBlock().Matches(File.ReadAllText(Documentation.PathOf("docs/own-data.md")))
            .SelectMany(block => block.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(10, commands.Count);
        Photographs.Write(Path.Combine(_folder, "photos"), perPerson: 1);

        foreach (var command in commands)
        {
            // One epoch of each training shows what forty would.
            var quick = command.StartsWith("fer-train --data", StringComparison.Ordinal) ? $"{command} --epochs 1" : command;
            var result = Run(quick);
            Assert.True(result.ExitCode == 0, $"{quick}\n{result.Error}");
            // What crop wrote is not to be cropped again.
            Assert.True(!command.StartsWith("fer-train inspect", StringComparison.Ordinal) || result.Output.Contains("images that do not look like face crops: 0", StringComparison.Ordinal), result.Output);
        }

        Assert.Equal(18, Directory.EnumerateFiles(At("faces"), "*_*.png", SearchOption.AllDirectories).Count());
        Assert.All(["faces/overview/faces.png", "report/overview.html", "report/wrong-labels.csv", "runs/folds/folds.csv", "read.csv", "faces.onnx"], file => Assert.True(File.Exists(At(file)), file));
        Assert.Equal(["fold", "1", "2", "3", "mean", "std"], File.ReadLines(At("runs/folds/folds.csv")).Select(row => row.Split(',')[0]));
        Assert.Contains("bored,smoothed_calm", File.ReadLines(At("read.csv")).First().Replace("smoothed_bored", "bored", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private string At(string file) => Path.Combine(_folder, file);

    /// <summary>Runs a line of the guide in the folder, as a shell would.</summary>
    private ToolResult Run(string command)
    {
        string[] words = [.. Word().Matches(command).Select(word => word.Value.Trim('\''))];
        var (project, tool) = words[0] == "fer-train" ? ("Train", "fer-train") : ("Detect", "fer-detect");
        return Tool.Run(project, tool, words[1..], start => start.WorkingDirectory = _folder);
    }

    [GeneratedRegex("```sh\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();
}
