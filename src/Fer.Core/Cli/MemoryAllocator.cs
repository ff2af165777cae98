using System.Runtime.InteropServices;

namespace Fer.Core.Cli;

/// <summary>Settings of glibc's malloc, which libtorch takes its tensors from.</summary>
public static partial class MemoryAllocator
{
    // From <malloc.h>.
    private const int TrimThreshold = -1, TopPad = -2, MmapMax = -4;

    /// <summary>
    /// Keeps freed blocks in the process. By default malloc gives every large tensor back to the system when it is
    /// freed, and each step then faults the same pages in anew: 40 % of a training step, measured. To be called before
    /// the first tensor.
    /// </summary>
    public static void KeepFreedBlocks()
    {
        try
        {
            _ = SetOption(MmapMax, 0);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(TopPad, 64 << 20);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: slower, not wrong.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
