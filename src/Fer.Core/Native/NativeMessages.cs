using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// Keeps the image libraries' own messages off the terminal: libpng and libjpeg print lines such as "Corrupt JPEG data" for
/// every damaged file, beside the one line that names it, and OpenCV has no setting for that.
/// </summary>
internal static unsafe partial class NativeMessages
{
    /// <summary>
    /// Points the C library's variable <c>stderr</c> at /dev/null. The descriptor stays as it is, so that the console and
    /// child processes still write to it; the runtime's own crash reports go through the variable and are lost, so that
    /// the command line's host reports exceptions itself.
    /// </summary>
    public static void Silence()
    {
        // In other C libraries the variable is a constant or has another name.
        if (!OperatingSystem.IsLinux()
            || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "gnu_get_libc_version", out _)
            || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "stderr", out var variable))
        {
            return;
        }

        var nowhere = Open("/dev/null", "we");
        if (nowhere != 0)
        {
            *(nint*)variable = nowhere;
        }
    }

    [LibraryImport("libc", EntryPoint = "fopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, string mode);
}
