using System.Diagnostics;
using System.Globalization;
using System.Reflection;

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

    /// <summary>
    /// What the network of scripts/pytorch says that a checkpoint holds, all logits in a row; it saves the checkpoint
    /// again, with a temperature of 1.5.
    /// </summary>
    /// <param name="checkpoint">The file.</param>
    /// <param name="input">A line of Python that sets <c>x</c>.</param>
    public static float[] Network(string checkpoint, string input) =>
    [
        .. Run(
            $"""
            import sys, torch
            sys.path.insert(0, sys.argv[2])
            import emotion_net
            network, checkpoint = emotion_net.load(sys.argv[1])
            {input}
            with torch.no_grad():
                print(*network(x).flatten().tolist())
            emotion_net.save(sys.argv[1], network, checkpoint["architecture"], checkpoint["labels"], checkpoint["preprocessing"], dict(epoch=2), 1.5)
            """,
            checkpoint,
            typeof(DebianPython).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PyTorchScripts").Value!)
            .Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture)),
    ];

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
