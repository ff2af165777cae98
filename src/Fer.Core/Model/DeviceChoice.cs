using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>Resolves <c>--device</c>.</summary>
public static class DeviceChoice
{
    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c> to a device; auto is CUDA if this build and machine have it.</summary>
    /// <exception cref="FerException">CUDA is requested but unavailable, or the name is unknown.</exception>
    public static Device Resolve(string name) => name switch
    {
        "cpu" => CPU,
        "auto" => cuda.is_available() ? CUDA : CPU,
        "cuda" => cuda.is_available() ? CUDA : throw new FerException("no CUDA device is available; build with -p:TorchBackend=TorchSharp-cuda-linux on a machine with an NVIDIA driver, or use --device cpu"),
        _ => throw new FerException($"unknown device '{name}'; known are auto, cpu and cuda"),
    };
}
