using System.Globalization;
using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// Ctrl+C (SIGINT), SIGTERM and a lost terminal (SIGHUP) as one cancellation token. The first signal cancels it; further
/// ones only say that the work is being saved, so that nothing but SIGKILL cuts a save short. GNU <c>timeout</c> and
/// many supervisors send their signal twice.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _onRepeated;
    private int _received;

    /// <param name="onRepeated">Called for every signal after the first.</param>
    public StopSignals(Action onRepeated)
    {
        _onRepeated = onRepeated;
        var ignored = IgnoredSignals();
        _registrations =
        [
            .. new[] { (PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15) }
                // What the parent process has set to be ignored (nohup, a script's background commands) stays ignored.
                .Where(signal => (ignored & (1UL << (signal.Item2 - 1))) == 0)
                .Select(signal => PosixSignalRegistration.Create(signal.Item1, Stop)),
        ];
    }

    /// <summary>Canceled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _source.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1)
        {
            _source.Cancel();
            return;
        }

        _onRepeated();
    }

    /// <summary>The mask of ignored signals (bit 0 is signal 1), from SigIgn in /proc/self/status; none where the system does not say.</summary>
    private static ulong IgnoredSignals()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            return line is null ? 0 : ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
