namespace Fer.Core.Model;

/// <summary>What Linux says of the processor in <c>/proc/cpuinfo</c>.</summary>
internal static class CpuInfo
{
    /// <summary>A value of the first core, such as <c>flags</c>; null where the system does not say.</summary>
    public static string? Value(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
