namespace Fer.Core.Native;

/// <summary>The memory of .NET's garbage collector.</summary>
internal static class ManagedMemory
{
    /// <summary>Returns what is no longer used to the system at once, some milliseconds of work: large arrays would stay until many more are allocated.</summary>
    public static void ReturnGarbage() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
