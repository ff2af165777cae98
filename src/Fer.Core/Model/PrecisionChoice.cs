namespace Fer.Core.Model;

/// <summary>Resolves <c>--precision</c>.</summary>
public static class PrecisionChoice
{
    // Linux's names of native bfloat16 arithmetic in /proc/cpuinfo.
    private static readonly string[] ProcessorFlags = ["avx512_bf16", "amx_bf16"];

    /// <summary>Whether this processor multiplies bfloat16 natively; elsewhere libtorch emulates it, slower than float32.</summary>
    public static bool ProcessorHasBFloat16 { get; } = ReadFlags();

    /// <summary><c>auto</c>, <c>fp32</c> or <c>bf16</c> to a precision; auto is bfloat16 if the processor supports it or the network runs on a GPU.</summary>
    /// <exception cref="FerException">The name is unknown.</exception>
    public static Precision Resolve(string name, bool onGpu = false) => name switch
    {
        "fp32" => Precision.Float32,
        "bf16" => Precision.BFloat16,
        "auto" => onGpu || ProcessorHasBFloat16 ? Precision.BFloat16 : Precision.Float32,
        _ => throw new FerException($"unknown precision '{name}'; known are auto, fp32 and bf16"),
    };

    private static bool ReadFlags()
    {
        try
        {
            var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
            return flags.Split(' ').Intersect(ProcessorFlags).Any();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
