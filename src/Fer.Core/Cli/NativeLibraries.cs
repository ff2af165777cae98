namespace Fer.Core.Cli;

/// <summary>What to say when a native library does not load.</summary>
internal static class NativeLibraries
{
    /// <summary>One line in place of the loader's page: which library, and which package brings it.</summary>
    public static string ExplainLoadFailure(Exception failure)
    {
        var innermost = failure;
        while (innermost.InnerException is { } cause)
        {
            innermost = cause;
        }

        var reason = innermost.Message.Split('\n')[0].Trim();
        return failure.ToString().Contains("OpenCv", StringComparison.OrdinalIgnoreCase)
            ? $"OpenCV does not load; on Debian and Ubuntu install libgtk-3-0 (Ubuntu 24.04: libgtk-3-0t64): {reason}"
            : $"a native library does not load: {reason}";
    }
}
