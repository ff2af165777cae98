using System.CommandLine;
using System.Text;

namespace Fer.Core.Cli;

/// <summary>The help of a command as text: description, usage, commands, options in groups, examples.</summary>
internal static class HelpText
{
    // Descriptions start here; an option that is longer has a line of its own.
    private const int Column = 30;

    /// <summary>The page of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="width">The longest line, in characters.</param>
    public static string Render(Command command, int width)
    {
        var page = (command as IHasHelpPage)?.Page ?? new HelpPage(command.Description ?? "", [], []);
        var text = new StringBuilder();
        text.Append(page.Description).Append("\n\nUsage:\n");
        text.Append("  ").Append(FullName(command)).Append(" [options]");
        foreach (var argument in command.Arguments)
        {
            text.Append(" [").Append(argument.HelpName).Append("]...");
        }

        text.Append('\n');
        if (command.Subcommands.Count > 0)
        {
            text.Append("  ").Append(FullName(command)).Append(" COMMAND [options]\n\nCommands:\n");
            foreach (var subcommand in command.Subcommands.Where(subcommand => !subcommand.Hidden))
            {
                Entry(text, subcommand.Name, subcommand.Description, width);
            }
        }

        foreach (var group in page.Groups)
        {
            Group(text, group.Title, group.Options, width);
        }

        Group(text, "Other", [.. BuiltIn(command)], width);
        if (page.Examples.Count > 0)
        {
            text.Append("\nExamples:\n");
            foreach (var example in page.Examples)
            {
                text.Append("  ").Append(example).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void Group(StringBuilder text, string title, IReadOnlyList<Option> options, int width)
    {
        text.Append('\n').Append(title).Append(":\n");
        foreach (var option in options.Where(option => !option.Hidden))
        {
            Entry(text, Label(option), option.Description, width);
        }
    }

    /// <summary>Old names stay out of the help: of the aliases only those of one letter are shown.</summary>
    private static string Label(Option option)
    {
        var names = option.Aliases.Where(alias => alias is ['-', not '?']).Append(option.Name);
        return $"{string.Join(", ", names)} {option.HelpName}".TrimEnd();
    }

    private static void Entry(StringBuilder text, string label, string? description, int width)
    {
        var start = $"  {label}";
        text.Append(start);
        if (start.Length > Column - 2)
        {
            text.Append('\n').Append(' ', Column);
        }
        else
        {
            text.Append(' ', Column - start.Length);
        }

        var position = Column;
        foreach (var word in (description ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (position > Column && position + 1 + word.Length > width)
            {
                text.Append('\n').Append(' ', Column);
                position = Column;
            }

            if (position > Column)
            {
                text.Append(' ');
                position++;
            }

            text.Append(word);
            position += word.Length;
        }

        text.Append('\n');
    }

    /// <summary><c>--help</c>, <c>--quiet</c> and <c>--verbose</c> of the root work behind every command, <c>--version</c> only behind the root.</summary>
    private static IEnumerable<Option> BuiltIn(Command command)
    {
        var root = Root(command);
        return root.Options.Where(option => option is System.CommandLine.Help.HelpOption || VerbosityOptions.Contains(option) || (option is VersionOption && root == command));
    }

    private static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : command.Name;

    private static Command Root(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Root(parent) : command;
}
