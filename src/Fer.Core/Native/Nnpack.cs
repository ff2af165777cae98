using System.Runtime.InteropServices;

namespace Fer.Core.Native;

/// <summary>
/// NNPACK, which libtorch asks about small float32 convolutions. On processors that it does not know it says so on
/// stderr at every such call, and there is no setting in TorchSharp or the environment that stops it.
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
