using System.Globalization;
using System.Runtime.InteropServices;

namespace Fer.Core.Cli;

/// <summary>What happens when the terminal goes away, as it does when an ssh connection breaks.</summary>
internal static partial class HangUp
{
    // From <signal.h>.
    private const int Termination = 15;

    /// <summary>
    /// A hang-up ends the command as Ctrl+C does, with everything saved; without this it would kill the process. Under
    /// nohup it stays without effect.
    /// </summary>
    public static IDisposable? AsTermination() => IsIgnored() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        _ = Kill(Environment.ProcessId, Termination);
    });

    /// <summary>Whether whoever started this process wants hang-ups to be ignored: bit 0 of SigIgn in /proc/self/status.</summary>
    private static bool IsIgnored()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            return line is null || (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
