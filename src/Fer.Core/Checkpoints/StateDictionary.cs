using Fer.Core.Checkpoints.Torch;
using static TorchSharp.torch;

namespace Fer.Core.Checkpoints;

/// <summary>A network's parameters and buffers, to and from stored tensors.</summary>
public static class StateDictionary
{
    /// <summary>Copies every parameter and buffer of a network out, under its name.</summary>
    public static OrderedDictionary<string, StoredTensor> Capture(nn.Module network)
    {
        var state = new OrderedDictionary<string, StoredTensor>();
        foreach (var (name, tensor) in network.state_dict())
        {
            state.Add(name, Store(tensor));
        }

        return state;
    }

    /// <summary>Copies stored tensors into a network's parameters and buffers.</summary>
    /// <exception cref="FerException">A name is missing or superfluous, a shape or type differs, or a number is not finite.</exception>
    public static void Apply(nn.Module network, IReadOnlyDictionary<string, StoredTensor> state)
    {
        var targets = network.state_dict();
        if (state.Keys.FirstOrDefault(name => !targets.ContainsKey(name)) is { } superfluous)
        {
            throw new FerException($"the weights hold '{superfluous}', which the network has not");
        }

        using var guard = no_grad();
        foreach (var (name, target) in targets)
        {
            if (!state.TryGetValue(name, out var stored))
            {
                throw new FerException($"the weights lack '{name}'");
            }

            if (!stored.Shape.SequenceEqual(target.shape) || !Fits(stored.Type, TypeOf(target)))
            {
                throw new FerException($"'{name}' has the shape [{string.Join(", ", stored.Shape)}] ({stored.Type}), the network needs [{string.Join(", ", target.shape)}]");
            }

            using var source = Restore(stored);
            target.copy_(source);
            using var isFinite = target.isfinite().all();
            if (!isFinite.item<bool>())
            {
                throw new FerException($"'{name}' holds numbers that are not finite");
            }
        }
    }

    /// <summary>Copies a tensor into managed memory, row by row.</summary>
    public static StoredTensor Store(Tensor tensor)
    {
        using var flat = tensor.detach().cpu().contiguous();
        return new StoredTensor(TypeOf(tensor), tensor.shape, flat.bytes.ToArray());
    }

    /// <summary>A new tensor on the CPU with the stored elements.</summary>
    public static Tensor Restore(StoredTensor stored)
    {
        var tensor = empty([.. stored.Shape], stored.Type switch
        {
            StoredType.Float16 => ScalarType.Float16,
            StoredType.Float32 => ScalarType.Float32,
            StoredType.Float64 => ScalarType.Float64,
            _ => ScalarType.Int64,
        });
        stored.Data.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>Weights of 16 and of 64 bits are taken too; the copy changes them to 32.</summary>
    private static bool Fits(StoredType stored, StoredType target) =>
        stored == target || (stored is StoredType.Float16 or StoredType.Float64 && target == StoredType.Float32);

    private static StoredType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float16 => StoredType.Float16,
        ScalarType.Float32 => StoredType.Float32,
        ScalarType.Float64 => StoredType.Float64,
        ScalarType.Int64 => StoredType.Int64,
        var type => throw new NotSupportedException($"a {type} tensor cannot be stored"),
    };
}
