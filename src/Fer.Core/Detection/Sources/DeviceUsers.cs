namespace Fer.Core.Detection.Sources;

/// <summary>The programs that have a device open, as far as this user may see them.</summary>
internal static class DeviceUsers
{
    /// <summary>As in <c>cheese (4242)</c>.</summary>
    /// <param name="device">The path of the device, or of any file.</param>
    public static IReadOnlyList<string> Find(string device)
    {
        if (!Directory.Exists("/proc"))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Where(process => int.TryParse(Path.GetFileName(process), out var id) && id != Environment.ProcessId && HasOpen(process, device))
                .Select(process => $"{NameOf(process)} ({Path.GetFileName(process)})"),
        ];
    }

    private static bool HasOpen(string process, string device)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(descriptor => new FileInfo(descriptor).LinkTarget == device);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or belongs to another user.
            return false;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "a program";
        }
    }
}
