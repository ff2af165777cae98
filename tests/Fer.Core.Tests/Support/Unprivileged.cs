using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Fer.Core.Tests.Support;

/// <summary>Code that file permissions apply to, also where the tests run as root.</summary>
internal static partial class Unprivileged
{
    private const uint Nobody = 65534;

    /// <summary>Runs an action on a thread of its own, for which a folder is closed.</summary>
    public static void Run(TemporaryFolder parent, string closed, Action action)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        File.SetUnixFileMode(parent.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            // Of this thread alone. Without root it changes nothing, and is not needed.
            SetUserForFiles(Nobody);
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        File.SetUnixFileMode(closed, (UnixFileMode)0b111_101_101);
        failure?.Throw();
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial void SetUserForFiles(uint user);
}
