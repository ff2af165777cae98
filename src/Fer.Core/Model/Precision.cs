using TorchSharp;

namespace Fer.Core.Model;

/// <summary>The precision of convolutions and linear layers; parameters, statistics and loss are always float32.</summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit "brain" floating point: the exponent of float32, eight bits of mantissa.</summary>
    BFloat16,
}

/// <summary>libtorch's types of each precision.</summary>
internal static class PrecisionTypes
{
    public static torch.ScalarType ScalarType(this Precision precision) =>
        precision == Precision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
}
