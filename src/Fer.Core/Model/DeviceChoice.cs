using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>Resolves <c>--device</c>.</summary>
public static class DeviceChoice
{
    /// <summary>The device to compute on; auto is CUDA where this build and machine have it.</summary>
    /// <exception cref="FerException">CUDA is requested but not available.</exception>
    public static Device Resolve(RequestedDevice requested) => requested switch
    {
        RequestedDevice.Cpu => CPU,
        RequestedDevice.Cuda when !cuda.is_available() => throw new FerException("no CUDA device is available; build with -p:TorchBackend=TorchSharp-cuda-linux on a machine with an NVIDIA driver, or use --device cpu"),
        _ => cuda.is_available() ? CUDA : CPU,
    };
}
