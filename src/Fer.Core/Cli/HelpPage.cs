using System.CommandLine;

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

/// <summary>The command line of a tool: <c>--help</c> shows the page of the command that it stands behind.</summary>
public sealed class ToolCommand : RootCommand, IHasHelpPage
{
    /// <summary>A command with the options of its page.</summary>
    public ToolCommand(HelpPage page)
        : base(page.Description)
    {
        Page = page;
        HelpPages.AddOptions(this, page);
        foreach (var help in Options.OfType<System.CommandLine.Help.HelpOption>())
        {
            help.Description = "show this help";
            help.Action = new ShowHelp();
        }

        foreach (var version in Options.OfType<VersionOption>())
        {
            version.Description = "show the version";
        }
    }

    /// <summary>What <c>--help</c> shows.</summary>
    public HelpPage Page { get; }
}

/// <summary>A subcommand of a tool.</summary>
public sealed class ToolSubcommand : Command, IHasHelpPage
{
    /// <summary>A command with the options of its page.</summary>
    public ToolSubcommand(string name, HelpPage page)
        : base(name, page.Description)
    {
        Page = page;
        HelpPages.AddOptions(this, page);
    }

    /// <summary>What <c>--help</c> shows.</summary>
    public HelpPage Page { get; }
}

/// <summary>What the two kinds of commands share.</summary>
internal static class HelpPages
{
    public static void AddOptions(Command command, HelpPage page)
    {
        foreach (var option in page.Groups.SelectMany(group => group.Options))
        {
            command.Add(option);
        }
    }
}
