using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Blends each face of a batch with another one, and asks for both labels in the same proportion (Zhang et al. 2018).
/// </summary>
/// <param name="Share">Of the face itself, 0..1; the rest is its neighbour's.</param>
internal readonly record struct Mixup(double Share)
{
    // Keeps these random numbers apart from all others of a step.
    private const int Key = 3;

    /// <summary>The blend of a training step; <paramref name="alpha"/> 0 blends nothing.</summary>
    public static Mixup Draw(double alpha, ulong seed, int epoch, int step)
    {
        var random = CounterRandom.For(seed, epoch, step, Key);
        return new Mixup(alpha > 0 ? Beta(alpha, ref random) : 1);
    }

    /// <summary>Batches are shuffled, so that the neighbour is a random face.</summary>
    public Tensor Blend(Tensor input) => Share == 1 ? input : input.mul(Share).add_(input.roll(1, 0), alpha: 1 - Share);

    /// <summary>The loss against both labels.</summary>
    /// <param name="truth"><c>[batch]</c>, the labels' indices.</param>
    /// <param name="loss">The mean loss against labels.</param>
    public Tensor Loss(Tensor truth, Func<Tensor, Tensor> loss) =>
        Share == 1 ? loss(truth) : loss(truth) * Share + loss(truth.roll(1, 0)) * (1 - Share);

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
