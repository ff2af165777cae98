using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Fer.Core.Native;

namespace Fer.Core.Cli;

/// <summary>Runs a command line, and turns whatever goes wrong into one line on stderr and an exit code.</summary>
public static class CommandHost
{
    private const string OutOfMemory = "the memory does not suffice: choose a smaller --batch-size or --size, or end other programs";

    /// <summary>Parses <paramref name="args"/> and runs the command that they name.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand command, string[] args)
    {
        using var signals = new StopSignals(() => Messages.Say("stopping already: saving, please wait"));
        try
        {
            var parsed = command.Parse(args);
            // Signals are ours: the library's own handler fails on the second one, and cuts the save short.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            if (parsed.Action is ParseErrorAction error)
            {
                // One line a mistake, not a page of help.
                error.ShowHelp = false;
                // Its guesses at what was meant are no results.
                configuration.Output = Console.Error;
            }

            // Commands run synchronously, on this thread: HighGUI needs the main one.
            return parsed.InvokeAsync(configuration, signals.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (Explain(failure) is { } line)
        {
            Messages.Say($"error: {line}");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            Messages.Say("interrupted");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The one line for a failure that a user can cause, or null for a defect of this program.</summary>
    private static string? Explain(Exception failure) => failure switch
    {
        FerException => failure.Message,
        UnauthorizedAccessException or IOException => $"{failure.Message} (check the path, its permissions and the free space of the disk)",
        AggregateException several => Explain(several.InnerExceptions[0]),
        OutOfMemoryException => OutOfMemory,
        ExternalException when failure.Message.Contains("allocate", StringComparison.Ordinal) => OutOfMemory,
        DllNotFoundException or TypeInitializationException => NativeLibraries.ExplainLoadFailure(failure),
        _ => null,
    };
}
