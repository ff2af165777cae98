using System.Diagnostics;

namespace Fer.Core.Tests.Support;

/// <summary>Debian's Python with Debian's PyTorch, to prove that files open elsewhere.</summary>
internal static class DebianPython
{
    private const string Interpreter = "/usr/bin/python3";
    private static readonly Lazy<bool> HasTorch = new(() => File.Exists(Interpreter) && Execute("import torch").ExitCode == 0);

    /// <summary>Runs a script and returns what it prints; the test is skipped where there is no PyTorch.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Assert.SkipUnless(HasTorch.Value, "needs Debian's python3-torch");
        var (exitCode, output, error) = Execute(script, arguments);
        Assert.True(exitCode == 0, error);
        return output.Trim();
    }

    private static (int ExitCode, string Output, string Error) Execute(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(["-c", script, .. arguments], start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
