using System.Runtime.InteropServices;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model;
using Fer.Core.Model.Layers;
using Architecture = Fer.Core.Model.Architecture;

namespace Fer.Core.Checkpoints;

/// <summary>Makes one checkpoint of several.</summary>
public static class CheckpointEnsemble
{
    /// <summary>
    /// The checkpoint of a network that averages what the given ones say, each of its own input and at its own
    /// temperature. Weights are stored in half precision, so that two networks take the disk space of one.
    /// </summary>
    /// <param name="members">Two or more, of the same labels and image size.</param>
    /// <param name="shares">How much each decides; their sum is made 1.</param>
    /// <exception cref="FerException">The networks do not suit each other.</exception>
    public static Checkpoint Of(IReadOnlyList<Checkpoint> members, IReadOnlyList<double> shares)
    {
        var first = members[0];
        var weights = new OrderedDictionary<string, StoredTensor>();
        foreach (var (index, member) in members.Index())
        {
            if (member.Architecture is EnsembleArchitecture)
            {
                throw new FerException($"{member.Name} holds several networks already: name each of them");
            }

            if (!member.Labels.SequenceEqual(first.Labels))
            {
                throw new FerException($"{member.Name} tells {member.Labels}, {first.Name} {first.Labels}: only networks of the same labels answer together");
            }

            var (own, common) = (member.Preprocessing, first.Preprocessing);
            if (own.Size != common.Size)
            {
                throw new FerException($"{member.Name} takes {own.Size} pixels, {first.Name} {common.Size}: only networks of the same size answer together");
            }

            member.RejectTooFewWeights();
            foreach (var (name, tensor) in member.Weights)
            {
                weights.Add($"members.{index}.network.{name}", Halved(tensor)
                    ?? throw new FerException($"{member.Name}: '{name}' holds numbers beyond half precision; train the network anew"));
            }

            weights.Add($"members.{index}.scale", StoredTensor.Single(common.StandardDeviation / own.StandardDeviation, 1));
            weights.Add($"members.{index}.shift", StoredTensor.Single((common.Mean - own.Mean) / own.StandardDeviation, 1));
            weights.Add($"members.{index}.temperature", StoredTensor.Single(member.Temperature, 1));
            weights.Add($"members.{index}.share", StoredTensor.Single(shares[index] / shares.Sum(), 1));
        }

        return new Checkpoint(new EnsembleArchitecture([.. members.Select(member => member.Architecture)]), first.Labels, first.Preprocessing, new Dictionary<string, double>(), weights);
    }

    /// <summary>The networks of such a checkpoint, each with its own preprocessing and temperature, and their shares; the sum of those is 1.</summary>
    /// <param name="together">A checkpoint of <see cref="Of"/>.</param>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    public static IReadOnlyList<(Checkpoint Member, float Share)> Members(Checkpoint together)
    {
        together.Describe(new NetworkGraph(), "");
        return [.. ((EnsembleArchitecture)together.Architecture).Members.Select((architecture, index) => Member(together, architecture, $"members.{index}."))];
    }

    private static (Checkpoint Member, float Share) Member(Checkpoint together, Architecture architecture, string prefix)
    {
        var (common, network) = (together.Preprocessing, $"{prefix}network.");
        var deviation = common.StandardDeviation / Number("scale");
        var member = together with
        {
            Architecture = architecture,
            Preprocessing = common with { StandardDeviation = deviation, Mean = common.Mean - Number("shift") * deviation },
            Temperature = Number("temperature"),
            Weights = new OrderedDictionary<string, StoredTensor>(together.Weights
                .Where(weight => weight.Key.StartsWith(network, StringComparison.Ordinal))
                .Select(weight => new KeyValuePair<string, StoredTensor>(weight.Key[network.Length..], weight.Value))),
        };
        return (member, Number("share"));

        float Number(string name) => together.Weights[prefix + name].ToFloat32().Elements()[0];
    }

    /// <summary>
    /// Kernels and matrices, which are nearly all of a network, in half precision; the rest as it is, for statistics may
    /// be beyond that.
    /// </summary>
    /// <returns>Null where a number is beyond it.</returns>
    private static StoredTensor? Halved(StoredTensor tensor)
    {
        if (tensor.Shape.Count < 2 || tensor.Type != StoredType.Float32)
        {
            return tensor;
        }

        var halves = Array.ConvertAll(MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray(), value => (Half)value);
        return Array.TrueForAll(halves, Half.IsFinite)
            ? tensor with { Type = StoredType.Float16, Data = MemoryMarshal.AsBytes<Half>(halves).ToArray() }
            : null;
    }
}
