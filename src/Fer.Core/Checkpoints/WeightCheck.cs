using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model.Layers;

namespace Fer.Core.Checkpoints;

/// <summary>Compares a file's weights with what an architecture needs; the file is untrusted.</summary>
internal static class WeightCheck
{
    /// <summary>Refuses weights that no training of this architecture produces.</summary>
    /// <exception cref="FerException">A key is missing or unexpected, a shape or type differs, or a number is out of range.</exception>
    public static void RequireFit(IReadOnlyDictionary<string, GraphParameter> parameters, IReadOnlyDictionary<string, StoredTensor> weights)
    {
        if (weights.Keys.FirstOrDefault(name => !parameters.ContainsKey(name)) is { } unexpected)
        {
            throw new FerException($"unexpected key '{unexpected}' in the state dictionary");
        }

        foreach (var (name, parameter) in parameters)
        {
            if (!weights.TryGetValue(name, out var stored))
            {
                throw new FerException($"missing key '{name}' in the state dictionary");
            }

            if (!stored.Shape.SequenceEqual(parameter.Shape) || (stored.Type == StoredType.Int64) != parameter.IsCounter)
            {
                throw new FerException($"'{name}' has the shape [{string.Join(", ", stored.Shape)}] ({stored.Type}), the network needs [{string.Join(", ", parameter.Shape)}]");
            }

            if (!IsFinite(stored))
            {
                throw new FerException($"'{name}' contains values that are not finite");
            }

            if (parameter.IsBounded && stored.ToFloat32().Elements()[0] is var number && !(number >= (float)parameter.Min && number <= (float)parameter.Max))
            {
                throw new FerException(string.Create(CultureInfo.InvariantCulture, $"'{name}' is {number}, not between {parameter.Min} and {parameter.Max}"));
            }
        }
    }

    private static bool IsFinite(StoredTensor tensor) => tensor.Type switch
    {
        StoredType.Int64 => true,
        StoredType.Float16 => IsFinite(MemoryMarshal.Cast<byte, ushort>(tensor.Data)),
        _ => tensor.Data.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude(tensor.ToFloat32().Elements())),
    };

    /// <summary>Infinities and NaN have all bits of the exponent set.</summary>
    private static bool IsFinite(ReadOnlySpan<ushort> halves)
    {
        const int exponent = 0x7C00;
        foreach (var half in halves)
        {
            if ((half & exponent) == exponent)
            {
                return false;
            }
        }

        return true;
    }
}
