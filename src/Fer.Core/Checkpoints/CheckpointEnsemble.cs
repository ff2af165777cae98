using System.Runtime.InteropServices;
using Fer.Core.Model;

namespace Fer.Core.Checkpoints;

/// <summary>Makes one checkpoint of several.</summary>
public static class CheckpointEnsemble
{
    /// <summary>
    /// The checkpoint of a network that averages what the given ones say, each at its own temperature. Weights are
    /// stored in half precision, so that two networks take the disk space of one.
    /// </summary>
    /// <param name="members">Two or more, of the same labels and preprocessing.</param>
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

            if (member.Preprocessing != first.Preprocessing)
            {
                throw new FerException($"{member.Name} learnt from other pictures, or in another size, than {first.Name}: only networks of the same input answer together");
            }

            member.RefuseTooFewWeights();
            foreach (var (name, tensor) in member.Weights)
            {
                weights.Add($"members.{index}.network.{name}", Halved(tensor));
            }

            weights.Add($"members.{index}.temperature", Single(member.Temperature));
            weights.Add($"members.{index}.share", Single(shares[index] / shares.Sum()));
        }

        return new Checkpoint(new EnsembleArchitecture([.. members.Select(member => member.Architecture)]), first.Labels, first.Preprocessing, new Dictionary<string, double>(), weights);
    }

    private static StoredTensor Single(double value) => new(StoredType.Float32, [1], MemoryMarshal.AsBytes([(float)value]).ToArray());

    /// <summary>Kernels and matrices, which are nearly all of a network. Statistics may be beyond what half precision can hold.</summary>
    private static StoredTensor Halved(StoredTensor tensor) => tensor.Shape.Count < 2 || tensor.Type != StoredType.Float32
        ? tensor
        : tensor with
        {
            Type = StoredType.Float16,
            Data = MemoryMarshal.AsBytes<Half>(Array.ConvertAll(MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray(), value => (Half)value)).ToArray(),
        };
}
