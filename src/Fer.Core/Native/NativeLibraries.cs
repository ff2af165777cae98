using System.Text.RegularExpressions;

namespace Fer.Core.Native;

/// <summary>What to say when a native library does not load.</summary>
internal static partial class NativeLibraries
{
    // What OpenCV and libtorch are linked against and a minimal Debian or Ubuntu lacks.
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["libdrm.so.2"] = "libdrm2",
        ["libatomic.so.1"] = "libatomic1",
        ["libgtk-3.so.0"] = "libgtk-3-0 (Ubuntu 24.04: libgtk-3-0t64)",
        ["libgdk-3.so.0"] = "libgtk-3-0 (Ubuntu 24.04: libgtk-3-0t64)",
        ["libglib-2.0.so.0"] = "libglib2.0-0 (Ubuntu 24.04: libglib2.0-0t64)",
        ["libcairo.so.2"] = "libcairo2",
        ["libgdk_pixbuf-2.0.so.0"] = "libgdk-pixbuf-2.0-0",
        ["libstdc++.so.6"] = "libstdc++6",
        ["libgcc_s.so.1"] = "libgcc-s1",
        ["libz.so.1"] = "zlib1g",
    };

    /// <summary>One line in place of the loader's page: the library that is missing, and the package that brings it.</summary>
    public static string ExplainLoadFailure(Exception failure)
    {
        var text = failure.ToString();
        var missing = MissingLibrary().Matches(text).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToArray();
        if (missing.FirstOrDefault(Packages.ContainsKey) is { } known)
        {
            return $"the system library {known} is missing; on Debian and Ubuntu install {Packages[known]}, or run scripts/setup.sh";
        }

        // The loader also names the files that it tried for our own library.
        if (missing.FirstOrDefault(name => !OwnLibrary().IsMatch(name)) is { } unknown)
        {
            return $"the system library {unknown} is missing; install the package that contains it";
        }

        var innermost = failure;
        while (innermost.InnerException is { } cause)
        {
            innermost = cause;
        }

        return $"a native library does not load: {innermost.Message.Split('\n')[0].Trim()}";
    }

    [GeneratedRegex(@"(lib[\w.+-]+\.so[\d.]*): cannot open shared object file")]
    private static partial Regex MissingLibrary();

    [GeneratedRegex("OpenCvSharp|LibTorchSharp|SkiaSharp|onnxruntime")]
    private static partial Regex OwnLibrary();
}
