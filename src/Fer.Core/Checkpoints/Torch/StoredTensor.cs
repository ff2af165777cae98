using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>The element type of a stored tensor.</summary>
public enum StoredType
{
    /// <summary>16-bit floating point (<c>torch.HalfStorage</c>).</summary>
    Float16,

    /// <summary>32-bit floating point (<c>torch.FloatStorage</c>).</summary>
    Float32,

    /// <summary>64-bit floating point (<c>torch.DoubleStorage</c>).</summary>
    Float64,

    /// <summary>64-bit signed integer (<c>torch.LongStorage</c>).</summary>
    Int64,
}

/// <summary>A dense, row-major, little-endian tensor in managed memory, as stored in files.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="Data">The elements' bytes.</param>
public sealed record StoredTensor(StoredType Type, IReadOnlyList<long> Shape, byte[] Data)
{
    /// <summary>Bytes per element.</summary>
    public static int SizeOf(StoredType type) => type switch
    {
        StoredType.Float16 => 2,
        StoredType.Float32 => 4,
        _ => 8,
    };

    /// <summary>A float32 tensor with one element.</summary>
    public static StoredTensor Single(double value, params IReadOnlyList<long> shape) => new(StoredType.Float32, shape, BitConverter.GetBytes((float)value));

    /// <summary>A float64 scalar tensor.</summary>
    public static StoredTensor Scalar(double value) => new(StoredType.Float64, [], BitConverter.GetBytes(value));

    /// <summary>The tensor converted to float32; the tensor itself if it is float32.</summary>
    /// <exception cref="InvalidOperationException">The elements are integers.</exception>
    internal StoredTensor ToFloat32()
    {
        if (Type == StoredType.Float32)
        {
            return this;
        }

        var single = this with { Type = StoredType.Float32, Data = new byte[Data.Length / SizeOf(Type) * sizeof(float)] };
        switch (Type)
        {
            case StoredType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(Data), single.Elements());
                return single;
            case StoredType.Float64:
                TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(Data), single.Elements());
                return single;
            default:
                throw new InvalidOperationException($"a {Type} tensor has no floating-point elements");
        }
    }

    /// <summary>A float32 tensor rounded to half precision; null if an element is out of its range.</summary>
    internal StoredTensor? ToFloat16()
    {
        var halves = new Half[Data.Length / sizeof(float)];
        TensorPrimitives.ConvertToHalf(Elements(), halves);
        return Array.TrueForAll(halves, Half.IsFinite) ? this with { Type = StoredType.Float16, Data = MemoryMarshal.AsBytes<Half>(halves).ToArray() } : null;
    }

    /// <summary>The elements of a <see cref="StoredType.Float32"/> tensor, row-major.</summary>
    internal Span<float> Elements() => MemoryMarshal.Cast<byte, float>(Data.AsSpan());

    /// <summary>The value of a float64 scalar tensor; null for any other tensor.</summary>
    public double? AsScalar() => Type == StoredType.Float64 && Shape.Count == 0 ? BitConverter.ToDouble(Data) : null;
}
