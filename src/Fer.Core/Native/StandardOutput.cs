using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// Standard output by the system call. .NET's two streams each hide something: the console's goes on in silence when
/// whoever reads the pipe has gone, and a file stream keeps a position of its own, so that of two programs that share
/// one file the second would overwrite what the first wrote.
/// </summary>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;

    // From <errno.h>.
    private const int Interrupted = 4, BrokenPipe = 32;

    private static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Writes everything at once.</summary>
    /// <returns>False where nobody reads any more.</returns>
    /// <exception cref="IOException">It cannot be written: the disk is full, say.</exception>
    public static bool Write(ReadOnlySpan<byte> bytes)
    {
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
