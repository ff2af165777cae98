using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>A screen without a monitor (Xvfb), and the one thread that HighGUI may be used from.</summary>
public sealed partial class VirtualScreen : IDisposable
{
    private static readonly string[] Programs = ["Xvfb", "xdotool", "import"];

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly Process? _server;

    public VirtualScreen()
    {
        _thread = new Thread(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true };
        _thread.Start();
        Missing = string.Join(", ", Programs.Where(program => !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))));
        if (Missing.Length > 0)
        {
            return;
        }

        // It ends by itself some seconds after its last client: GTK keeps its connection until this process ends, and
        // would end it with an error if the server went first.
        _server = Start("Xvfb", "-terminate", "10", "-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp");
        var display = $":{_server.StandardOutput.ReadLine()}";
        Environment.SetEnvironmentVariable("DISPLAY", display);

        // .NET's own variable does not reach GTK.
        _ = SetVariable("DISPLAY", display, overwrite: 1);
        _ = SetVariable("GDK_BACKEND", "x11", overwrite: 1);
    }

    /// <summary>The programs that are not installed.</summary>
    public string Missing { get; }

    /// <summary>Runs something on the window's thread.</summary>
    public Task Run(Action action)
    {
        var done = new TaskCompletionSource();
        _work.Add(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception failure)
            {
                // Thrown again where the task is awaited.
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    /// <summary>Waits for a window with this title.</summary>
    public static async Task<string> WindowNamed(string title, CancellationToken token)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (Output("xdotool", "search", "--onlyvisible", "--name", $"^{title}$") is { Length: > 0 } window)
            {
                return window.Split('\n')[0];
            }

            await Task.Delay(50, token);
        }

        throw new TimeoutException($"no window {title}");
    }

    /// <summary>Presses a key in a window.</summary>
    public static void Press(string window, string key) => Output("xdotool", "windowfocus", "--sync", window, "key", key);

    /// <summary>What is on the screen.</summary>
    public static Mat Screenshot()
    {
        using var process = Start("import", "-window", "root", "png:-");
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        return Cv2.ImDecode(bytes.ToArray(), ImreadModes.Color);
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(5));
        _work.Dispose();
        _server?.Dispose();
    }

    private static string Output(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        return process.StandardOutput.ReadToEnd().Trim();
    }

    // Nothing inherits this process's own output: a server that outlived it would keep whoever reads that waiting.
    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
