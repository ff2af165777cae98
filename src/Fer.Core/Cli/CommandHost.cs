using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Fer.Core.Native;

namespace Fer.Core.Cli;

/// <summary>Runs a command line, and turns every failure into one line on stderr and an exit code.</summary>
public static class CommandHost
{
    private const string OutOfMemory = "out of memory: use a smaller --batch-size or --size, or close other programs";

    /// <summary>Parses <paramref name="args"/> and runs the command that they name, on the console.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand command, string[] args)
    {
        StandardStreams.ReplaceClosed();
        using var signals = new StopSignals(() => Messages.Say("already stopping: saving, please wait"));
        return Run(command, args, Console.Out, Console.Error, signals.Token);
    }

    /// <summary>Parses <paramref name="args"/> and runs the command that they name.</summary>
    /// <param name="command">The tool's commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="output">For results and help.</param>
    /// <param name="error">For mistakes and failures.</param>
    /// <param name="cancellation">Stops the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand command, string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        try
        {
            var parsed = command.Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                UsageErrors.Write(error, parsed);
                return ExitCode.Usage;
            }

            Messages.Verbosity = VerbosityOptions.Of(parsed);
            // Signals are ours: the library's own handler fails on the second one, and cuts the save short.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            };
            // Commands run synchronously, on this thread: HighGUI needs the main one.
            return parsed.InvokeAsync(configuration, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (Explain(failure) is { } line)
        {
            Messages.Say(error, $"error: {line}");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            Messages.Say(error, "interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception defect)
        {
            // The runtime's own report would be lost, see NativeMessages.
            error.WriteLine($"error: this is a defect of the program; please report it with what follows\n{defect}");
            return ExitCode.Failure;
        }
    }

    /// <summary>The one line for a failure that a user can cause, or null for a defect of this program.</summary>
    private static string? Explain(Exception failure) => failure switch
    {
        FerException => failure.Message,
        UnauthorizedAccessException or IOException => $"{failure.Message} (check the path, its permissions and the free disk space)",
        AggregateException several => Explain(several.InnerExceptions[0]),
        OutOfMemoryException => OutOfMemory,
        ExternalException when failure.Message.Contains("allocate", StringComparison.Ordinal) => OutOfMemory,
        DllNotFoundException or TypeInitializationException => NativeLibraries.ExplainLoadFailure(failure),
        _ => null,
    };
}
