using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// Standard streams that the parent process has closed (<c>&gt;&amp;-</c>, some schedulers and daemons). The runtime's own files then
/// get their numbers, so that a message could end up in any of them, and the first use of the console fails.
/// </summary>
internal static partial class StandardStreams
{
    private const int Output = 1, Error = 2;

    // From <fcntl.h>.
    private const int GetFlags = 1, CloseOnExec = 1;

    /// <summary>Whether standard output was closed when the process started.</summary>
    public static bool IsOutputClosed { get; } = IsClosed(Output);

    /// <summary>Lets the console write to nowhere instead of to a closed stream.</summary>
    public static void ReplaceClosed()
    {
        if (IsOutputClosed)
        {
            Console.SetOut(TextWriter.Null);
        }

        if (IsClosed(Error))
        {
            Console.SetError(TextWriter.Null);
        }
    }

    /// <summary>A stream that a process inherits survives exec; every file that the runtime opens is closed by it.</summary>
    private static bool IsClosed(int descriptor)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return false;
        }

        var flags = Control(descriptor, GetFlags);
        return flags < 0 || (flags & CloseOnExec) != 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
