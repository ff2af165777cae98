using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>Settings of glibc's malloc, which allocates libtorch's tensors, and of libgomp, which runs its threads.</summary>
public static partial class NativeTuning
{
    // From <malloc.h>.
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3, MmapMax = -4, ArenaMax = -8;

    // Iterations that an idle libgomp thread spins for its next task: about 50 microseconds.
    private const string SpinCount = "20000";

    /// <summary>Call before the first tensor and the first call of OpenCV.</summary>
    /// <remarks>
    /// By default malloc gives every large tensor back to the system when it is freed, and each step then faults
    /// the same pages in again: 40% of a training step, measured. By default libgomp's idle threads also spin for
    /// milliseconds, which takes the CPU from every other thread and process. Settings of the user are kept.
    /// </remarks>
    internal static void KeepFreedMemory() => Try(() =>
    {
        _ = SetOption(MmapMax, 0);
        _ = SetOption(TrimThreshold, int.MaxValue);
        _ = SetOption(TopPad, 64 << 20);
        NativeEnvironment.SetDefault("GOMP_SPINCOUNT", SpinCount);
    });

    /// <summary>
    /// For a loop that frees and allocates the same blocks for each frame: they stay in the process. Without this, a detection
    /// by YuNet at 427x320 spent a third of its time on page faults.
    /// </summary>
    internal static void KeepBlocksOfFrames() => Try(() =>
    {
        _ = SetOption(MmapThreshold, 32 << 20);
        _ = SetOption(TrimThreshold, 64 << 20);
    });

    /// <summary>
    /// For inference without libtorch. Call before the first call of a native library. Blocks of a megabyte or more are
    /// returned to the system when they are freed: opening a session makes several copies of the weights, which malloc
    /// would keep (50 MB of peak memory, measured). A frame of 640x480 pixels is smaller.
    /// </summary>
    internal static void KeepMemorySmall() => Try(() =>
    {
        _ = SetOption(MmapThreshold, 1 << 20);
        _ = SetOption(ArenaMax, 2);
    });

    /// <summary>
    /// Returns freed memory to the system: tensors of changing sizes fragment the heap, and the memory of a long
    /// training would grow.
    /// </summary>
    public static void ReturnFreedMemory() => Try(() => _ = Trim(0));

    private static void Try(Action change)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            change();
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: slower, not wrong.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
