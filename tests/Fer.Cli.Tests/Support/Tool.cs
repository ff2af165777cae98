using System.Diagnostics;
using System.Reflection;

namespace Fer.Cli.Tests.Support;

/// <summary>What a process left behind.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines on stderr, without the hint that a machine without YuNet adds.</summary>
    public string[] ErrorLines =>
        [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("detector: Haar cascade; ", StringComparison.Ordinal))];
}

/// <summary>The two tools as real processes.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static ToolResult Train(params string[] arguments) => Run("Train", "fer-train", arguments, null);

    public static ToolResult Detect(params string[] arguments) => Run("Detect", "fer-detect", arguments, null);

    /// <summary>Runs a line of bash, to which <c>"$@"</c> is fer-detect with its arguments.</summary>
    public static ToolResult Shell(string line, (string Name, string Value)? variable, params string[] arguments) => Run("Detect", "fer-detect", [], start =>
    {
        string[] words = ["-c", line, "bash", start.FileName, .. arguments];
        start.FileName = "bash";
        Array.ForEach(words, start.ArgumentList.Add);
        if (variable is var (name, value))
        {
            start.Environment[name] = value;
        }
    });

    public static ToolResult Run(string project, string name, string[] arguments, Action<ProcessStartInfo>? prepare)
    {
        using var process = Start(project, name, arguments, prepare);
        return Wait(process);
    }

    public static Process Start(string project, string name, string[] arguments, Action<ProcessStartInfo>? prepare = null)
    {
        var process = StartOpen(project, name, arguments, prepare);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>A process that waits for what the test writes to its standard input.</summary>
    public static Process StartOpen(string project, string name, string[] arguments, Action<ProcessStartInfo>? prepare = null)
    {
        var metadata = typeof(Tool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!);
        var start = new ProcessStartInfo(Path.Combine(metadata["Sources"], $"Fer.{project}", "bin", metadata["Configuration"], "net10.0", name))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Threads of libtorch that wait for each other by spinning would slow down the tests beside this one.
        start.Environment["OMP_NUM_THREADS"] = "1";
        Array.ForEach(arguments, start.ArgumentList.Add);
        prepare?.Invoke(start);
        return Process.Start(start)!;
    }

    public static ToolResult Wait(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} was killed after {Patience.TotalMinutes:0} minutes; it had said:\n{error.Result}");
        }

        return new ToolResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>An expected failure: exit code 2, nothing on stdout, and a last line that begins with "error:".</summary>
    public static void AssertFails(ToolResult result, params string[] expected)
    {
        Assert.True(result.ExitCode == 2, $"exit code {result.ExitCode}\n{result.Error}");
        var line = Assert.Single(result.ErrorLines, line => !line.StartsWith("reading ", StringComparison.Ordinal));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.All(expected, text => Assert.Contains(text, line, StringComparison.Ordinal));
        Assert.Empty(result.Output);
    }
}
