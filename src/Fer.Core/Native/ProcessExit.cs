using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>The end of the process.</summary>
public static partial class ProcessExit
{
    /// <summary>
    /// Ends the process at once with an exit code, once everything is written. A normal exit runs the destructors of
    /// libtorch and OpenCV while another thread may still be inside them (a camera that hangs, a model that loads), which
    /// ended one failure in fifteen in SIGABRT or SIGSEGV after the right message.
    /// </summary>
    public static void Now(int exitCode)
    {
        try
        {
            Console.Out.Flush();
            Console.Error.Flush();
        }
        catch (IOException)
        {
            // The reader of the pipe or the terminal is gone.
        }

        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            Terminate(exitCode);
        }

        Environment.Exit(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Terminate(int exitCode);
}
