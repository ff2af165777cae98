using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Blends each face of a batch with another one, and asks for both labels in the same proportion (Zhang et al. 2018).
/// </summary>
/// <param name="Share">Of the face itself, 0.5..1; the rest is its neighbor's.</param>
internal readonly record struct Mixup(double Share)
{
    // Keeps these random numbers apart from all others of a step.
    private const int Key = 3;

    /// <summary>The blend of a training step; <paramref name="alpha"/> 0 blends nothing.</summary>
    public static Mixup Draw(double alpha, ulong seed, int epoch, int step)
    {
        var random = CounterRandom.For(seed, epoch, step, Key);
        if (alpha == 0)
        {
            return new Mixup(1);
        }

        // The two halves of the distribution mirror each other; in the upper one a face keeps its own label, so that
        // the accuracy in training means something.
        var share = Beta(alpha, ref random);
        return new Mixup(Math.Max(share, 1 - share));
    }

    /// <summary>The same blend for images and for targets. Batches are shuffled, so that the neighbor is a random face.</summary>
    /// <param name="rows">A face in each row of the first dimension.</param>
    [return: NotNullIfNotNull(nameof(rows))]
    public Tensor? Blend(Tensor? rows)
    {
        if (rows is null || Share == 1)
        {
            return rows;
        }

        using Scalar own = Share, other = 1 - Share;
        return rows.mul(own).add_(rows.roll(1, 0), other);
    }

    /// <summary>A number of the symmetric beta distribution (Johnk 1964), which is quick for the small values in use.</summary>
    internal static double Beta(double alpha, ref CounterRandom random)
    {
        while (true)
        {
            var x = Math.Pow(random.NextDouble(), 1 / alpha);
            var y = Math.Pow(random.NextDouble(), 1 / alpha);
            if (x + y is > 0 and <= 1)
            {
                return x / (x + y);
            }
        }
    }
}
