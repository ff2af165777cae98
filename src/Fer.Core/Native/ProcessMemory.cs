using System.Globalization;

namespace Fer.Core.Native;

/// <summary>Memory of this process, in bytes; 0 where the system does not report it.</summary>
public static class ProcessMemory
{
    /// <summary>Resident memory now.</summary>
    public static long Now() => Read("VmRSS:");

    /// <summary>Peak resident memory so far.</summary>
    public static long Peak() => Read("VmHWM:");

    private static long Read(string key)
    {
        const string path = "/proc/self/status";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? 0 : 1024 * long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
