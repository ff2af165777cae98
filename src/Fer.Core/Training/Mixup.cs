using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Mixes each face of a batch with another one, and asks for both labels in the same proportion: all pixels are blended (mixup, Zhang
/// et al. 2018), or a square is the other's (CutMix, Yun et al. 2019).
/// </summary>
/// <param name="Share">Of the face itself, 0.5..1; the rest is its neighbor's.</param>
/// <param name="Cut">The square that is the neighbor's; null for mixup.</param>
internal readonly record struct Mixup(double Share, Mixup.Square? Cut = null)
{
    // Keeps these random numbers apart from all others of a step.
    private const int Key = 3;

    // CutMix leaves half of the steps alone, or to mixup.
    private const double CutProbability = 0.5;

    /// <summary>Part of an image, in pixels.</summary>
    internal readonly record struct Square(int Left, int Top, int Side);

    /// <summary>The blend of a training step.</summary>
    /// <param name="options">Alpha of mixup and of CutMix, 0 for none; the size of the images and the seed.</param>
    /// <param name="epoch">1 for the first.</param>
    /// <param name="step">0 for the first of the epoch.</param>
    public static Mixup Draw(TrainingOptions options, int epoch, int step)
    {
        var random = CounterRandom.For(options.Seed, epoch, step, Key);
        if (options.CutMix > 0 && random.NextDouble() < CutProbability)
        {
            return DrawCut(options.CutMix, options.Size, ref random);
        }

        return new Mixup(options.Mixup > 0 ? DrawShare(options.Mixup, ref random) : 1);
    }

    /// <summary>The same blend for targets and weights. Batches are shuffled, so that the neighbor is a random face.</summary>
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

    /// <summary>The blend for images.</summary>
    /// <param name="faces"><c>[batch, 1, size, size]</c>.</param>
    public Tensor BlendImages(Tensor faces)
    {
        if (Cut is not var (left, top, side))
        {
            return Blend(faces);
        }

        var mixed = faces.clone();
        Part(mixed).copy_(Part(faces).roll(1, 0));
        return mixed;

        Tensor Part(Tensor images) => images.narrow(2, top, side).narrow(3, left, side);
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

    /// <summary>A square of a random size anywhere in the image.</summary>
    private static Mixup DrawCut(double alpha, int size, ref CounterRandom random)
    {
        var side = (int)(size * Math.Sqrt(1 - DrawShare(alpha, ref random)));
        var square = new Square(random.Next(size - side + 1), random.Next(size - side + 1), side);
        // The share of the pixels that are in fact left.
        return side == 0 ? new Mixup(1) : new Mixup(1 - (double)side * side / (size * size), square);
    }

    /// <summary>
    /// The two halves of the distribution mirror each other; in the upper one a face keeps its own label, so that the accuracy in
    /// training means something.
    /// </summary>
    private static double DrawShare(double alpha, ref CounterRandom random)
    {
        var share = Beta(alpha, ref random);
        return Math.Max(share, 1 - share);
    }
}
