using System.CommandLine;
using System.CommandLine.Help;

namespace Fer.Core.Cli;

/// <summary>Options that belong together in the help of a command.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Options">In the order of the help.</param>
public sealed record OptionGroup(string Title, IReadOnlyList<Option> Options);

/// <summary>The help of a command: what it does, its options in groups, and examples.</summary>
/// <param name="Description">One sentence.</param>
/// <param name="Groups">All options of the command.</param>
/// <param name="Examples">Whole command lines.</param>
public sealed record HelpPage(string Description, IReadOnlyList<OptionGroup> Groups, IReadOnlyList<string> Examples);

/// <summary>A command with a <see cref="HelpPage"/>.</summary>
internal interface IHasHelpPage
{
    HelpPage Page { get; }
}

/// <summary>Creates commands with a <see cref="HelpPage"/>.</summary>
public static class Commands
{
    /// <summary>The command line of a tool: <c>--help</c> shows the page of the command that it stands behind.</summary>
    public static RootCommand Root(HelpPage page, params IEnumerable<Command> subcommands)
    {
        var command = new ToolCommand(page);
        AddOptions(command, page);
        foreach (var subcommand in subcommands)
        {
            command.Add(subcommand);
        }

        foreach (var help in command.Options.OfType<HelpOption>())
        {
            help.Description = "show this help";
            help.Action = new ShowHelp();
        }

        foreach (var version in command.Options.OfType<VersionOption>())
        {
            version.Description = "show the version";
        }

        VerbosityOptions.AddTo(command);

        return command;
    }

    /// <summary>A subcommand of a tool.</summary>
    public static Command Sub(string name, HelpPage page)
    {
        var command = new ToolSubcommand(name, page);
        AddOptions(command, page);
        return command;
    }

    private static void AddOptions(Command command, HelpPage page)
    {
        foreach (var option in page.Groups.SelectMany(group => group.Options))
        {
            command.Add(option);
        }
    }

    private sealed class ToolCommand(HelpPage page) : RootCommand(page.Description), IHasHelpPage
    {
        public HelpPage Page => page;
    }

    private sealed class ToolSubcommand(string name, HelpPage page) : Command(name, page.Description), IHasHelpPage
    {
        public HelpPage Page => page;
    }
}
