using System.CommandLine;
using System.CommandLine.Invocation;

namespace Fer.Core.Cli;

/// <summary>Writes the help of the command that <c>--help</c> stands behind.</summary>
internal sealed class ShowHelp : SynchronousCommandLineAction
{
    // Wider lines are hard to read; in narrower terminals the descriptions would be a column of words.
    private const int WidestLine = 100, NarrowestLine = 60;

    /// <summary>Help is shown for a command line with mistakes too.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var text = HelpText.Render(parseResult.CommandResult.Command, Math.Clamp(TerminalWidth(), NarrowestLine, WidestLine));
        parseResult.InvocationConfiguration.Output.Write(text);
        return ExitCode.Success;
    }

    private static int TerminalWidth()
    {
        if (Console.IsOutputRedirected)
        {
            return WidestLine;
        }

        try
        {
            // Some terminals report a width of 0.
            return Console.WindowWidth > 0 ? Console.WindowWidth - 1 : WidestLine;
        }
        catch (IOException)
        {
            return WidestLine;
        }
    }
}
