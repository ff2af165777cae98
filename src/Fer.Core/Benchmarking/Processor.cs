using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Fer.Core.Model;

namespace Fer.Core.Benchmarking;

/// <summary>The processor, which decides what a benchmark's figures may be compared with.</summary>
public static class Processor
{
    /// <summary>Its name, the widest vectors that it computes with, and whether it multiplies bfloat16.</summary>
    public static string Description { get; } = $"{CpuInfo.Value("model name") ?? "unknown processor"}, {Vectors()}, {(PrecisionChoice.ProcessorHasBFloat16 ? "bfloat16" : "no bfloat16")}";

    private static string Vectors() => (Avx512F.IsSupported, Avx2.IsSupported, AdvSimd.IsSupported) switch
    {
        (true, _, _) => "AVX-512",
        (_, true, _) => "AVX2",
        (_, _, true) => "NEON",
        _ => "no AVX2",
    };
}
