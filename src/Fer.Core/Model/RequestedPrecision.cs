using System.Text.Json.Serialization;

namespace Fer.Core.Model;

/// <summary>The precision that the user asks for.</summary>
public enum RequestedPrecision
{
    /// <summary>bfloat16 where the processor or GPU supports it natively, else float32.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>float32.</summary>
    [JsonStringEnumMemberName("fp32")]
    Float32,

    /// <summary>bfloat16 convolutions.</summary>
    [JsonStringEnumMemberName("bf16")]
    BFloat16,
}
