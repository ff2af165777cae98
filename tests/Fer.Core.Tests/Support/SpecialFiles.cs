using System.Diagnostics;

namespace Fer.Core.Tests.Support;

/// <summary>Files that must not be opened.</summary>
internal static class SpecialFiles
{
    /// <summary>A pipe without a writer, on which opening for reading waits forever.</summary>
    public static string Pipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }
}
