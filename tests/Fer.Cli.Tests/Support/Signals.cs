using System.Diagnostics;
using System.Globalization;

namespace Fer.Cli.Tests.Support;

/// <summary>Signals that end a program: Ctrl+C, the end of a service, a terminal that goes away.</summary>
internal static class Signals
{
    private static readonly Dictionary<string, int> Numbers = new() { ["-INT"] = 2, ["-TERM"] = 15, ["-HUP"] = 1 };

    /// <summary>The signals as options of <c>kill</c>.</summary>
    public static string[] All => [.. Numbers.Keys];

    /// <summary>Whoever ignores a signal, as nohup and a script's background commands do, wants the program to go on.</summary>
    public static bool IsIgnored(string signal)
    {
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (Numbers[signal] - 1))) != 0;
    }

    public static void Send(string signal, Process process)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
