using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Fer.Cli.Tests.Support;

/// <summary>The Markdown files of the repository, and what can be checked of their text.</summary>
internal static partial class Documentation
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(
        typeof(Documentation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Sources").Value!, ".."));

    private static readonly ConcurrentDictionary<string, HashSet<string>> Helps = new(StringComparer.Ordinal);

    /// <summary>Every page, relative to the root of the repository.</summary>
    public static IEnumerable<string> Pages() =>
        new[] { "*.md", "docs/*.md", "src/Fer.Detect/models/*.md" }
            .SelectMany(pattern => Directory.GetFiles(Path.Combine(Root, Path.GetDirectoryName(pattern)!), "*.md"))
            .Select(path => Path.GetRelativePath(Root, path))
            .Order(StringComparer.Ordinal);

    public static string PathOf(string page) => Path.Combine(Root, page);

    /// <summary>Calls of the two tools in code blocks and inline code: the tool, its command (null for none), its options.</summary>
    public static IEnumerable<(string Tool, string? Command, string[] Options)> CommandLines(string page)
    {
        // A backslash continues a command on the next line.
        var text = File.ReadAllText(PathOf(page)).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (Match match in CommandLine().Matches(text))
        {
            var tool = match.Groups["tool"].Value;
            var command = match.Groups["command"].Value;
            var isCommand = HelpOf(tool).Contains(command);
            yield return (tool, isCommand ? command : null, [.. Option().Matches(match.Value).Select(option => option.Value)]);
        }
    }

    /// <summary>The options that a tool or one of its commands has and the commands, both as its help names them.</summary>
    public static IReadOnlySet<string> HelpOf(string tool, params string[] command) => Helps.GetOrAdd($"{tool} {string.Join(' ', command)}", _ =>
    {
        string[] arguments = [.. command, "--help"];
        var help = (tool == "fer-train" ? Tool.Train(arguments) : Tool.Detect(arguments)).Output;
        return [.. Option().Matches(help).Concat(Command().Matches(help)).Select(match => match.Value.Trim())];
    });

    /// <summary>The files and folders of the repository that a page links to.</summary>
    public static IEnumerable<string> LinkedPaths(string page) =>
        Link().Matches(File.ReadAllText(PathOf(page)))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal))
            .Select(target => Path.GetFullPath(Path.Combine(Root, Path.GetDirectoryName(page)!, target)))
            // The CI badge's address is relative to the repository's page on the web.
            .Where(path => path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    public static IEnumerable<string> PythonCode(string page) =>
        PythonBlock().Matches(File.ReadAllText(PathOf(page))).Select(match => match.Groups["code"].Value);

    [GeneratedRegex("""(?<tool>fer-(train|detect))(?= )( (?<command>[a-z][a-z-]*))?[^\n`|#]*""")]
    private static partial Regex CommandLine();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex("^  [a-z-]+(?=  )", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("""\]\((?<target>[^)#\s]+)(#[^)]*)?\)""")]
    private static partial Regex Link();

    [GeneratedRegex("```python\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
