namespace Fer.Core.Model;

/// <summary>Resolves the precision that <c>--precision</c> leaves open.</summary>
public static class PrecisionChoice
{
    // Linux's names of native bfloat16 arithmetic in /proc/cpuinfo.
    private static readonly string[] ProcessorFlags = ["avx512_bf16", "amx_bf16"];

    /// <summary>Whether this processor multiplies bfloat16 natively; elsewhere libtorch emulates it, slower than float32.</summary>
    public static bool ProcessorHasBFloat16 { get; } = (CpuInfo.Value("flags") ?? "").Split(' ').Intersect(ProcessorFlags).Any();

    /// <summary>The precision to compute in; auto is bfloat16 where the processor or a GPU supports it natively.</summary>
    public static Precision Resolve(RequestedPrecision requested, bool onGpu = false) => requested switch
    {
        RequestedPrecision.Float32 => Precision.Float32,
        RequestedPrecision.BFloat16 => Precision.BFloat16,
        _ => onGpu || ProcessorHasBFloat16 ? Precision.BFloat16 : Precision.Float32,
    };
}
