using Fer.Core.Cli;

namespace Fer.Cli.Tests.Support;

/// <summary>
/// The two tools in this process, for command lines that end before a native library is loaded: help, usage errors, and
/// files that are checked first.
/// </summary>
internal static class InProcess
{
    public static ToolResult Train(params string[] arguments) => Run(Fer.Train.TrainCommand.Create(), arguments);

    public static ToolResult Detect(params string[] arguments) => Run(Fer.Detect.DetectCommand.Create(), arguments);

    private static ToolResult Run(System.CommandLine.RootCommand command, string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var exitCode = CommandHost.Run(command, arguments, output, error, TestContext.Current.CancellationToken);
        return new ToolResult(exitCode, output.ToString(), error.ToString());
    }
}
