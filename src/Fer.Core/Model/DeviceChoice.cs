using Fer.Core.Native;
using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>Decides where tensors live.</summary>
public static class DeviceChoice
{
    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c> to a device; auto takes CUDA where this build and machine have it.</summary>
    /// <exception cref="FerException">CUDA is wanted and not there, or the name is none of these.</exception>
    public static Device Resolve(string name) => name switch
    {
        "cpu" => CPU,
        "auto" => TorchLibrary.IsForCuda && cuda.is_available() ? CUDA : CPU,
        "cuda" => cuda.is_available() ? CUDA : throw new FerException("no CUDA device is usable; build with -p:TorchBackend=TorchSharp-cuda-linux on a machine with an NVIDIA driver, or use --device cpu"),
        _ => throw new FerException($"unknown device '{name}'; known are auto, cpu and cuda"),
    };
}
