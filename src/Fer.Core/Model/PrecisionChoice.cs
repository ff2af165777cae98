namespace Fer.Core.Model;

/// <summary>Decides what <c>--precision</c> and <c>--device</c> leave open.</summary>
public static class PrecisionChoice
{
    // What Linux calls native bfloat16 arithmetic in /proc/cpuinfo.
    private static readonly string[] ProcessorFlags = ["avx512_bf16", "amx_bf16"];

    /// <summary>Whether this processor multiplies bfloat16 natively; elsewhere libtorch emulates it, slower than float32.</summary>
    public static bool ProcessorHasBFloat16 { get; } = ReadFlags();

    /// <summary><c>auto</c>, <c>fp32</c> or <c>bf16</c> to a precision; auto takes bfloat16 where the processor or a GPU has it.</summary>
    /// <exception cref="FerException">The name is none of these.</exception>
    public static Precision Resolve(string name, bool onGpu = false) => name switch
    {
        "fp32" => Precision.Float32,
        "bf16" => Precision.BFloat16,
        "auto" => onGpu || ProcessorHasBFloat16 ? Precision.BFloat16 : Precision.Float32,
        _ => throw new FerException($"unknown precision '{name}'; known are auto, fp32 and bf16"),
    };

    private static bool ReadFlags()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

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
