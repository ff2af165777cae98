using System.Text.Json.Serialization;

namespace Fer.Core.Model;

/// <summary>The device that the user asks for.</summary>
public enum RequestedDevice
{
    /// <summary>CUDA where this build and machine have it, else the CPU.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>The CPU.</summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    [JsonStringEnumMemberName("cuda")]
    Cuda,
}
