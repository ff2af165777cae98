using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// NNPACK, which libtorch considers for small float32 convolutions. On unsupported processors it prints a warning
/// at every such call, and neither TorchSharp nor the environment has a setting to stop that.
/// </summary>
internal static partial class Nnpack
{
    /// <summary>Leaves those convolutions to oneDNN and libtorch itself.</summary>
    public static void Disable()
    {
        try
        {
            SetEnabled(GlobalContext(), isEnabled: false);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another build of libtorch: at worst there are warnings.
        }
    }

    /// <summary><c>at::globalContext()</c>.</summary>
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    /// <summary><c>at::Context::setUserEnabledNNPACK(bool)</c>.</summary>
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetEnabled(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);
}
