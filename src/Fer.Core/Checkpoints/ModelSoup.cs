using System.Numerics.Tensors;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Checkpoints;

/// <summary>
/// A model soup (Wortsman et al. 2022, "Model soups"): one network with the mean of the weights of several that were trained further
/// from the same one. It is often more accurate than each of them, and inference takes the time of one.
/// </summary>
public static class ModelSoup
{
    /// <summary>Averages networks, batch-norm statistics included: those of networks near one another need no recalibration.</summary>
    /// <param name="members">Two or more of one architecture, with the same labels and preprocessing.</param>
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
            Weights = weights,
            Metrics = new Dictionary<string, double>(),
            Origin = $"the mean of the weights of {string.Join(", ", members.Select(member => Path.GetFileName(member.Name)))}",
            Training = null,
        };
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

    private static void RequireSame(Checkpoint first, Checkpoint member)
    {
        member.RequireFit();
        if (member.Architecture.Name != first.Architecture.Name
            || member.Weights.Count != first.Weights.Count
            || !member.Weights.All(weight => first.Weights.TryGetValue(weight.Key, out var other) && other.Shape.SequenceEqual(weight.Value.Shape)))
        {
            throw new FerException($"{member.Name} is another network than {first.Name}: --soup averages the weights of networks that were trained further from the same one (--init)");
        }

        if (!member.Labels.SequenceEqual(first.Labels) || member.Preprocessing != first.Preprocessing)
        {
            throw new FerException($"{member.Name} has other labels, another image size or another normalization than {first.Name}: their weights have no mean");
        }
    }
}
