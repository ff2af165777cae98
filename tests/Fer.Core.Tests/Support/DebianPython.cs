using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Fer.Core.Tests.Support;

/// <summary>Debian's Python with Debian's PyTorch, to prove that files open elsewhere.</summary>
internal static class DebianPython
{
    private const string Interpreter = "/usr/bin/python3";

    // Each line is a script with its arguments; the answer is what it prints, or null and its error.
    private const string Loop =
        """
        import contextlib, io, json, sys, traceback
        answers = sys.stdout
        for line in sys.stdin:
            script, *arguments = json.loads(line)
            sys.argv, output = ["-c", *arguments], io.StringIO()
            try:
                with contextlib.redirect_stdout(output):
                    exec(compile(script, "script", "exec"), {"__name__": "__main__"})
                answer = [output.getvalue(), None]
            except BaseException:
                answer = [None, traceback.format_exc()]
            print(json.dumps(answer), file=answers, flush=True)
        """;

    private static readonly Lazy<(StreamWriter Input, StreamReader Output)> Server = new(Start);
    private static readonly Lazy<bool> HasTorch = new(() => File.Exists(Interpreter) && Execute("import torch").Output is not null);

    /// <summary>Runs a script and returns what it prints; the test is skipped where there is no PyTorch.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Assert.SkipUnless(HasTorch.Value, "needs Debian's python3-torch");
        var (output, error) = Execute(script, arguments);
        Assert.True(output is not null, error);
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

    /// <summary>Runs a script in a namespace of its own. All scripts share one process, because importing PyTorch takes seconds.</summary>
    private static (string? Output, string Error) Execute(string script, params string[] arguments)
    {
        lock (Server)
        {
            var (input, output) = Server.Value;
            string[] request = [script, .. arguments];
            input.WriteLine(JsonSerializer.Serialize(request));
            input.Flush();
            var answer = JsonSerializer.Deserialize<string?[]>(output.ReadLine() ?? throw new InvalidOperationException("Python has ended"))!;
            return (answer[0], answer[1] ?? "");
        }
    }

    private static (StreamWriter Input, StreamReader Output) Start()
    {
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Loop);
        // It ends with its standard input, when this process does.
        var process = Process.Start(start)!;
        return (process.StandardInput, process.StandardOutput);
    }
}
