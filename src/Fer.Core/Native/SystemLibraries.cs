namespace Fer.Core.Native;

/// <summary>The system libraries that the native libraries need, and the Debian packages that bring them.</summary>
internal static class SystemLibraries
{
    /// <summary>Package by file name, as in <c>libdrm.so.2</c> to <c>libdrm2</c>; scripts/setup.sh reads the same table.</summary>
    public static IReadOnlyDictionary<string, string> Packages { get; } = Read();

    private static Dictionary<string, string> Read()
    {
        using var table = new StreamReader(typeof(SystemLibraries).Assembly.GetManifestResourceStream("system-libraries.txt")!);
        return table.ReadToEnd().Split('\n')
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 2)
            .ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal);
    }
}
