using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// Standard output through the system call. .NET's console stream silently continues when the reader of a pipe has
/// exited, and a file stream keeps its own position, so that of two programs that share a file the second would
/// overwrite the output of the first.
/// </summary>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;

    // From <errno.h>.
    private const int Interrupted = 4, BrokenPipe = 32;

    private static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Writes all bytes.</summary>
    /// <returns>False if the reader has exited, or there never was one.</returns>
    /// <exception cref="IOException">It cannot be written: the disk is full, say.</exception>
    public static bool Write(ReadOnlySpan<byte> bytes)
    {
        if (StandardStreams.IsOutputClosed)
        {
            return false;
        }

        if (OperatingSystem.IsWindows())
        {
            using var stream = Console.OpenStandardOutput();
            stream.Write(bytes);
            return true;
        }

        while (bytes.Length > 0)
        {
            var written = SystemWrite(Descriptor, bytes, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case BrokenPipe:
                    return false;
                case Interrupted:
                    break;
                case var error when error == TryAgain:
                    // A terminal that another program has put into non-blocking mode.
                    Thread.Sleep(1);
                    break;
                case var error:
                    throw new IOException($"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint SystemWrite(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
