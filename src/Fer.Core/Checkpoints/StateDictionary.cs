using Fer.Core.Checkpoints.Torch;
using static TorchSharp.torch;

namespace Fer.Core.Checkpoints;

/// <summary>Converts a network's parameters and buffers to and from stored tensors.</summary>
public static class StateDictionary
{
    /// <summary>Copies all parameters and buffers of a network, by name.</summary>
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
    /// <exception cref="FerException">A key is missing or unexpected, a shape or type differs, or an element is not finite.</exception>
    public static void Apply(nn.Module network, IReadOnlyDictionary<string, StoredTensor> state)
    {
        var parameters = network.state_dict();
        if (state.Keys.FirstOrDefault(name => !parameters.ContainsKey(name)) is { } unexpected)
        {
            throw new FerException($"unexpected key '{unexpected}' in the state dictionary");
        }

        using var guard = no_grad();
        foreach (var (name, parameter) in parameters)
        {
            if (!state.TryGetValue(name, out var stored))
            {
                throw new FerException($"missing key '{name}' in the state dictionary");
            }

            if (!stored.Shape.SequenceEqual(parameter.shape) || !Fits(stored.Type, TypeOf(parameter)))
            {
                throw new FerException($"'{name}' has the shape [{string.Join(", ", stored.Shape)}] ({stored.Type}), the network needs [{string.Join(", ", parameter.shape)}]");
            }

            using var scope = NewDisposeScope();
            parameter.copy_(Restore(stored));
            if (!parameter.isfinite().all().item<bool>())
            {
                throw new FerException($"'{name}' contains NaN or infinite values");
            }
        }
    }

    /// <summary>Whether no parameter or buffer of a network is infinite or NaN.</summary>
    public static bool IsFinite(nn.Module network)
    {
        using var scope = NewDisposeScope();
        return network.state_dict().Values.All(tensor => tensor.isfinite().all().item<bool>());
    }

    /// <summary>Copies a tensor into managed memory, row-major.</summary>
    public static StoredTensor Store(Tensor tensor)
    {
        // The scope holds the tensors in between: a finalizer could free one while libtorch reads it.
        using var scope = NewDisposeScope();
        var flat = tensor.detach().cpu().contiguous();
        return new StoredTensor(TypeOf(tensor), tensor.shape, flat.bytes.ToArray());
    }

    /// <summary>Creates a tensor on the CPU from stored elements.</summary>
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

    /// <summary>float16 and float64 weights are accepted too and converted to float32.</summary>
    private static bool Fits(StoredType stored, StoredType expected) =>
        stored == expected || (stored is StoredType.Float16 or StoredType.Float64 && expected == StoredType.Float32);

    private static StoredType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float16 => StoredType.Float16,
        ScalarType.Float32 => StoredType.Float32,
        ScalarType.Float64 => StoredType.Float64,
        ScalarType.Int64 => StoredType.Int64,
        var type => throw new NotSupportedException($"a {type} tensor cannot be stored"),
    };
}
