using System.Reflection;
using System.Text.RegularExpressions;

namespace Fer.Cli.Tests;

/// <summary>The README names the options that there are, and no others.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] TrainCommands = ["", "evaluate", "inspect", "convert", "sample", "combine", "export", "benchmark"];

    [Fact]
    public void The_README_names_every_option()
    {
        var sources = typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Sources").Value!;
        var readme = File.ReadAllText(Path.Combine(sources, "..", "README.md"));
        var helps = TrainCommands.Select(command => InProcess.Train([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]))
            .Append(InProcess.Detect("--help"))
            .Append(InProcess.Detect("benchmark", "--help"));
        var options = helps.SelectMany(help => Options(help.Output)).ToHashSet(StringComparer.Ordinal);
        var tables = readme[readme.IndexOf("## Options", StringComparison.Ordinal)..readme.IndexOf("## From Python", StringComparison.Ordinal)];
        // --help and --version are everybody's; everything else stands in the tables, and nothing else does.
        Assert.Empty(options.Except(Options(tables)).Except(["--help", "--version"]));
        Assert.Empty(Options(tables).Except(options));
    }

    private static IEnumerable<string> Options(string text) => Option().Matches(text).Select(match => match.Value);

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();
}
