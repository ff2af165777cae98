using TorchSharp;

namespace Fer.Core.Model.Kernels;

/// <summary>Numbers that libtorch reads.</summary>
/// <remarks>
/// <c>add</c> without its factor makes a number of its own, which nothing holds while libtorch reads it: a garbage collection at
/// that moment frees it, and the sum is wrong or fails ("Exception raised from toFloat"). So the factor is always given.
/// </remarks>
internal static class Scalars
{
    /// <summary>One, for tensors of integers too.</summary>
    public static readonly Scalar One = 1L;
}
