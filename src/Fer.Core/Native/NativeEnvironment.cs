using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>The environment that native libraries read, which .NET's own SetEnvironmentVariable does not reach.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable that the user has not set.</summary>
    public static void SetDefault(string name, string value)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetVariable(name, value, overwrite: 0);
        }
        else if (Environment.GetEnvironmentVariable(name) is null)
        {
            // There .NET's own does reach the process.
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
