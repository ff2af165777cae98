using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model;
using Architecture = Fer.Core.Model.Architecture;

namespace Fer.Core.Checkpoints;

/// <summary>Combines several checkpoints into one: an ensemble.</summary>
public static class CheckpointEnsemble
{
    /// <summary>
    /// The checkpoint of a network that averages the predictions of the given ones, each with its own normalization and
    /// temperature. Weights are stored in half precision, so that two networks take the disk space of one.
    /// </summary>
    /// <param name="members">Two or more, with the same labels and image size.</param>
    /// <param name="shares">The weight of each in the average; they are scaled to a sum of 1.</param>
    /// <exception cref="FerException">The networks do not fit each other.</exception>
    public static Checkpoint Of(IReadOnlyList<Checkpoint> members, IReadOnlyList<double> shares)
    {
        var first = members[0];
        var weights = new OrderedDictionary<string, StoredTensor>();
        foreach (var (index, member) in members.Index())
        {
            if (member.Architecture is EnsembleArchitecture)
            {
                throw new FerException($"{member.Name} already is an ensemble: name each of its networks");
            }

            if (!member.Labels.SequenceEqual(first.Labels))
            {
                throw new FerException($"{member.Name} has the labels {member.Labels}, {first.Name} has {first.Labels}: an ensemble needs networks with the same labels");
            }

            var (own, common) = (member.Preprocessing, first.Preprocessing);
            if (own.Size != common.Size)
            {
                throw new FerException($"{member.Name} takes images of {own.Size} pixels, {first.Name} of {common.Size}: an ensemble needs networks with the same image size");
            }

            var share = shares[index] / shares.Sum();
            if (share < EnsembleArchitecture.MinShare)
            {
                throw new FerException(FormattableString.Invariant($"the weight of {member.Name} is {share} of the sum of all weights: give each network at least {EnsembleArchitecture.MinShare}, or leave it out"));
            }

            member.RejectTooFewWeights();
            foreach (var (name, tensor) in member.InHalfPrecision().Weights)
            {
                weights.Add($"members.{index}.network.{name}", tensor);
            }

            weights.Add($"members.{index}.scale", StoredTensor.Single(common.StandardDeviation / own.StandardDeviation, 1));
            weights.Add($"members.{index}.shift", StoredTensor.Single((common.Mean - own.Mean) / own.StandardDeviation, 1));
            weights.Add($"members.{index}.temperature", StoredTensor.Single(member.Temperature, 1));
            weights.Add($"members.{index}.share", StoredTensor.Single(share, 1));
        }

        return new Checkpoint(new EnsembleArchitecture([.. members.Select(member => member.Architecture)]), first.Labels, first.Preprocessing, new Dictionary<string, double>(), weights);
    }

    /// <summary>The members of an ensemble, each with its own normalization and temperature, and its weight in the average.</summary>
    /// <param name="ensemble">A checkpoint of <see cref="Of"/>.</param>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    public static IReadOnlyList<(Checkpoint Member, float Share)> Members(Checkpoint ensemble)
    {
        ensemble.RequireFit();
        return [.. ((EnsembleArchitecture)ensemble.Architecture).Members.Select((architecture, index) => Member(ensemble, architecture, $"members.{index}."))];
    }

    /// <summary>A network alone: the checkpoint itself, or of an ensemble the member with the largest weight in the average.</summary>
    /// <param name="checkpoint">Any checkpoint.</param>
    /// <returns>The network, and which of how many members it is; 1 of 1 if it is not an ensemble.</returns>
    /// <exception cref="FerException">The weights of an ensemble do not fit its architecture.</exception>
    public static (Checkpoint Network, int Number, int Count) Heaviest(Checkpoint checkpoint)
    {
        if (checkpoint.Architecture is not EnsembleArchitecture)
        {
            return (checkpoint, 1, 1);
        }

        var members = Members(checkpoint);
        var heaviest = Enumerable.Range(0, members.Count).MaxBy(member => members[member].Share);
        return (members[heaviest].Member, heaviest + 1, members.Count);
    }

    private static (Checkpoint Member, float Share) Member(Checkpoint ensemble, Architecture architecture, string prefix)
    {
        var (common, network) = (ensemble.Preprocessing, $"{prefix}network.");
        var deviation = common.StandardDeviation / Number("scale");
        var member = ensemble with
        {
            Architecture = architecture,
            Preprocessing = common with { StandardDeviation = deviation, Mean = common.Mean - Number("shift") * deviation },
            Temperature = Number("temperature"),
            Weights = new OrderedDictionary<string, StoredTensor>(ensemble.Weights
                .Where(weight => weight.Key.StartsWith(network, StringComparison.Ordinal))
                .Select(weight => new KeyValuePair<string, StoredTensor>(weight.Key[network.Length..], weight.Value))),
        };
        return (member, Number("share"));

        float Number(string name) => ensemble.Weights[prefix + name].ToFloat32().Elements()[0];
    }
}
