using System.Numerics.Tensors;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Checkpoints;

/// <summary>
/// A model soup (Wortsman et al. 2022, "Model soups"): one network with the mean of the weights of several that were trained further
/// from the same one. It is often more accurate than each of them, and inference takes the time of one.
/// </summary>
public static class ModelSoup
{
    // Of pixels 0..1. Networks trained on other parts of the same images differ by far less than a gray level.
    private const double SameNormalization = 1.0 / 255;

    /// <summary>Averages networks, batch-norm statistics included: those of networks near one another need no recalibration.</summary>
    /// <param name="members">Two or more of one architecture, with the same labels and image size, and nearly the same normalization.</param>
    /// <param name="shares">The weight of each in the mean; they are scaled to a sum of 1.</param>
    /// <returns>A checkpoint with the temperature of the first, without metrics.</returns>
    /// <exception cref="FerException">The networks do not fit each other.</exception>
    public static Checkpoint Of(IReadOnlyList<Checkpoint> members, IReadOnlyList<double> shares)
    {
        var first = members[0];
        foreach (var member in members)
        {
            RequireSame(first, member);
        }

        var weights = new OrderedDictionary<string, StoredTensor>(first.Weights.Keys.Select(name =>
            KeyValuePair.Create(name, Mean([.. members.Select(member => member.Weights[name])], shares))));
        return first with
        {
            Preprocessing = Mean(members, shares),
            Weights = weights,
            Metrics = new Dictionary<string, double>(),
            Origin = $"the mean of the weights of {string.Join(", ", members.Select(member => ShortName(member.Name)))}",
            Training = null,
        };
    }

    /// <summary>With its folder, since the networks of different runs all have the same file name.</summary>
    private static string ShortName(string path) => Path.Combine(Path.GetFileName(Path.GetDirectoryName(path)) ?? "", Path.GetFileName(path));

    private static Preprocessing Mean(IReadOnlyList<Checkpoint> members, IReadOnlyList<double> shares)
    {
        return members[0].Preprocessing with { Mean = Of(own => own.Mean), StandardDeviation = Of(own => own.StandardDeviation) };

        double Of(Func<Preprocessing, double> value) => members.Zip(shares, (member, share) => share * value(member.Preprocessing)).Sum() / shares.Sum();
    }

    private static StoredTensor Mean(StoredTensor[] tensors, IReadOnlyList<double> shares)
    {
        if (tensors[0].Type == StoredType.Int64)
        {
            // A counter of batch norm.
            return tensors[0];
        }

        var mean = tensors[0] with { Type = StoredType.Float32, Data = new byte[tensors[0].ToFloat32().Data.Length] };
        foreach (var (tensor, share) in tensors.Zip(shares))
        {
            TensorPrimitives.MultiplyAdd(tensor.ToFloat32().Elements(), (float)(share / shares.Sum()), mean.Elements(), mean.Elements());
        }

        return mean;
    }

    /// <summary>The only hyperparameter that no weight shows.</summary>
    private static GlobalPooling? PoolingOf(Checkpoint checkpoint) => (checkpoint.Architecture as EmotionNetArchitecture)?.Pooling;

    private static void RequireSame(Checkpoint first, Checkpoint member)
    {
        member.RequireFit();
        if (member.Architecture.Name != first.Architecture.Name
            || PoolingOf(member) != PoolingOf(first)
            || member.Weights.Count != first.Weights.Count
            || !member.Weights.All(weight => first.Weights.TryGetValue(weight.Key, out var other) && other.Shape.SequenceEqual(weight.Value.Shape)))
        {
            throw new FerException($"{member.Name} is another network than {first.Name}: --soup averages the weights of networks that were trained further from the same one (--init)");
        }

        if (!member.Labels.SequenceEqual(first.Labels))
        {
            throw Unlike("labels", member.Labels, first.Labels);
        }

        var (own, common) = (member.Preprocessing, first.Preprocessing);
        if (own.Size != common.Size)
        {
            throw Unlike("an image size of", own.Size, common.Size);
        }

        if (Math.Abs(own.Mean - common.Mean) > SameNormalization || Math.Abs(own.StandardDeviation - common.StandardDeviation) > SameNormalization)
        {
            throw Unlike("a normalization of", (own.Mean, own.StandardDeviation), (common.Mean, common.StandardDeviation));
        }

        FerException Unlike(string what, object its, object others) =>
            new(FormattableString.Invariant($"{member.Name} has {what} {its}, {first.Name} {others}: their weights have no mean"));
    }
}
