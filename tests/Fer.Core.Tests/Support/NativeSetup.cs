using System.Runtime.CompilerServices;
using Fer.Core.Native;

namespace Fer.Core.Tests.Support;

internal static class NativeSetup
{
    /// <summary>
    /// Before the first test: damaged files are damaged in silence, and libtorch has one thread, since tests run side by
    /// side and its threads wait for each other by spinning.
    /// </summary>
    [ModuleInitializer]
    internal static void Prepare() => NativeRuntime.PrepareForTraining(threads: 1);
}
