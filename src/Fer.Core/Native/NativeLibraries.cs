using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Fer.Core.Native;

/// <summary>Explains why a native library does not load.</summary>
internal static partial class NativeLibraries
{
    private const string Again = "build or install this program again";

    /// <summary>One line instead of the loader's page: the missing libraries and the packages that contain them.</summary>
    public static string ExplainLoadFailure(Exception failure) =>
        ExplainLoadFailure(failure, name => NativeLibrary.TryLoad(name, out _));

    /// <param name="failure">What .NET threw.</param>
    /// <param name="isInstalled">Whether the system has the library of this name, as in <c>libdrm.so.2</c>.</param>
    internal static string ExplainLoadFailure(Exception failure, Func<string, bool> isInstalled)
    {
        var text = failure.ToString();
        if (MissingDependency().Match(text) is { Success: true } missing)
        {
            var name = missing.Groups[1].Value;
            return OwnLibrary().IsMatch(name) ? $"{name} is missing from this program's folder; {Again}" : ExplainMissing(name, isInstalled);
        }

        if (MissingVersion().Match(text) is { Success: true } old)
        {
            return $"{old.Groups[1].Value} of this system is too old: {old.Groups[3].Value} needs {old.Groups[2].Value}; Debian 12, Ubuntu 22.04 and newer have it";
        }

        if (Damaged().Match(text) is { Success: true } damaged)
        {
            return $"{damaged.Groups[1].Value} is damaged ({damaged.Groups[2].Value}); {Again}";
        }

        if (Absent().Match(text) is { Success: true } absent)
        {
            return $"the native library {absent.Groups[1].Value} is missing from this program's folder; {Again}";
        }

        var innermost = failure;
        while (innermost.InnerException is { } cause)
        {
            innermost = cause;
        }

        return $"a native library does not load: {innermost.Message.Split('\n')[0].Trim()}";
    }

    /// <summary>The loader stops at the first library that is missing; this names the packages of the others too.</summary>
    private static string ExplainMissing(string name, Func<string, bool> isInstalled)
    {
        if (!SystemLibraries.Packages.TryGetValue(name, out var package))
        {
            return $"the system library {name} is missing; install the package that contains it";
        }

        var others = SystemLibraries.Packages.Where(library => library.Key != name && !isInstalled(library.Key)).ToArray();
        var packages = others.Select(library => library.Value).Prepend(package).Distinct(StringComparer.Ordinal);
        var what = others.Length == 0 ? $"the system library {name} is missing" : $"the system library {name} and {others.Length} more are missing";
        return $"{what}; on Debian and Ubuntu: sudo apt-get install {string.Join(' ', packages)}";
    }

    // glibc's and musl's words. Only a dependency stands without its folder.
    [GeneratedRegex(@"^(?:Error loading shared library )?(lib[\w.+-]+\.so[\d.]*): (?:cannot open shared object file|No such file)", RegexOptions.Multiline)]
    private static partial Regex MissingDependency();

    [GeneratedRegex(@"(lib[\w.+-]+\.so[\d.]*): version `([\w.]+)' not found \(required by (?:.*/)?([^/)]+)\)")]
    private static partial Regex MissingVersion();

    [GeneratedRegex(@"^(/.+?): (file too short|invalid ELF header|cannot read file data.*?|wrong ELF class.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Damaged();

    [GeneratedRegex("Unable to load shared library '([^']+)'")]
    private static partial Regex Absent();

    [GeneratedRegex("^lib(torch|c10|shm|gomp-|LibTorchSharp|OpenCvSharp|SkiaSharp|HarfBuzzSharp|onnxruntime)")]
    private static partial Regex OwnLibrary();
}
