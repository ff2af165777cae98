using System.Runtime.CompilerServices;
using TorchSharp;

namespace Fer.Core.Tests.Support;

/// <summary>
/// libtorch on one thread: tests run side by side, and its threads wait for each other by spinning.
/// </summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Set() => torch.set_num_threads(1);
}
