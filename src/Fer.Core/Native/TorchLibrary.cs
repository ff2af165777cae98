using System.Runtime.InteropServices;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>libtorch and the library by which TorchSharp calls it; fer-detect is also installed without them.</summary>
public static class TorchLibrary
{
    private static readonly string[] Names = ["torch_cpu", "LibTorchSharp"];

    /// <summary>Whether libtorch is installed beside the program.</summary>
    public static bool IsPresent { get; } = Exists("*torch_cpu.*");

    /// <summary>Whether this is a build for NVIDIA GPUs; determined without loading libtorch, which takes half a second.</summary>
    public static bool IsForCuda { get; } = Exists("*torch_cuda*");

    /// <summary>
    /// Loads both. To be called before the first use of TorchSharp, which looks for them in the package cache when they
    /// do not load, copies half a gigabyte from there and prints a page about it on stdout.
    /// </summary>
    /// <exception cref="DllNotFoundException">One does not load; <see cref="NativeLibraries"/> explains it.</exception>
    internal static void Load()
    {
        // The type by itself does not start TorchSharp.
        var caller = typeof(torch).Assembly;
        foreach (var name in Names)
        {
            _ = NativeLibrary.Load(name, caller, searchPath: null);
        }
    }

    /// <summary>Refuses what needs libtorch where it is not installed.</summary>
    /// <exception cref="FerException">It is not installed.</exception>
    internal static void Require(string purpose)
    {
        if (!IsPresent)
        {
            throw new FerException($"{purpose} needs libtorch, which this build of the program does not include: use --precision fp32, or install both tools with scripts/install.sh");
        }
    }

    private static bool Exists(string pattern) => Directory.EnumerateFiles(AppContext.BaseDirectory, pattern).Any();
}
