using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>Settings of glibc's malloc, which libtorch takes its tensors from, and of libgomp, which runs its threads.</summary>
public static partial class NativeTuning
{
    // From <malloc.h>.
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3, MmapMax = -4, ArenaMax = -8;

    // Rounds that an idle thread of libgomp waits awake for its next task: some 50 microseconds.
    private const string SpinCount = "20000";

    /// <summary>To be called before the first tensor and the first call of OpenCV.</summary>
    /// <remarks>
    /// By default malloc gives every large tensor back to the system when it is freed, and each step then faults the
    /// same pages in anew: 40 % of a training step, measured. And by default libgomp's idle threads stay awake for
    /// milliseconds, which takes the processor from every other thread and process; what the user has set stays.
    /// </remarks>
    public static void Apply() => Try(() =>
    {
        _ = SetOption(MmapMax, 0);
        _ = SetOption(TrimThreshold, int.MaxValue);
        _ = SetOption(TopPad, 64 << 20);
        NativeEnvironment.SetDefault("GOMP_SPINCOUNT", SpinCount);
    });

    /// <summary>
    /// For inference without libtorch; to be called before the first call of a native library. Blocks of a megabyte or more
    /// go back to the system when they are freed: preparing a network takes several copies of its weights, which malloc
    /// would keep (50 MB of peak memory, measured). A frame of 640x480 pixels is smaller.
    /// </summary>
    public static void KeepMemorySmall() => Try(() =>
    {
        _ = SetOption(MmapThreshold, 1 << 20);
        _ = SetOption(ArenaMax, 2);
    });

    /// <summary>
    /// Gives freed blocks back to the system, for once: tensors of changing sizes leave holes that no tensor fills, and
    /// a long training would grow by them.
    /// </summary>
    public static void ReturnFreedMemory() => Try(() => _ = Trim(0));

    private static void Try(Action change)
    {
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
