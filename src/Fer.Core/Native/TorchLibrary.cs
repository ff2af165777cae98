using System.Runtime.InteropServices;
using TorchSharp;

namespace Fer.Core.Native;

/// <summary>libtorch and the library by which TorchSharp calls it.</summary>
internal static class TorchLibrary
{
    private static readonly string[] Names = ["torch_cpu", "LibTorchSharp"];

    /// <summary>
    /// Loads both. To be called before the first use of TorchSharp, which looks for them in the package cache when they
    /// do not load, copies half a gigabyte from there and prints a page about it on stdout.
    /// </summary>
    /// <exception cref="DllNotFoundException">One does not load; <see cref="NativeLibraries"/> explains it.</exception>
    public static void Load()
    {
        // The type by itself does not start TorchSharp.
        var caller = typeof(torch).Assembly;
        foreach (var name in Names)
        {
            _ = NativeLibrary.Load(name, caller, searchPath: null);
        }
    }
}
