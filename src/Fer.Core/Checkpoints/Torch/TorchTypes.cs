using System.Runtime.InteropServices;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>A name that a pickle may call, and what is done in its stead.</summary>
internal sealed record TorchFunction(Func<List<object?>, object?> Call);

/// <summary>The element type of a storage in a PyTorch file, and how its bytes become float32 or int64.</summary>
internal sealed record TorchStorageType(int ElementSize, StoredType Target, Action<ReadOnlySpan<byte>, Span<byte>> Convert);

/// <summary>The bytes of a storage.</summary>
internal sealed record TorchStorage(TorchStorageType Type, ReadOnlyMemory<byte> Data);

/// <summary>The few names of PyTorch that checkpoints are made of.</summary>
internal static class TorchTypes
{
    private const int DimensionLimit = 16;

    // An empty tensor has no storage that could bound its dimensions.
    private const long EmptyDimensionLimit = int.MaxValue;

    private static readonly Dictionary<string, object> Known = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = new TorchFunction(OrderedDict),
        ["torch._utils._rebuild_tensor_v2"] = new TorchFunction(RebuildTensor),
        ["torch._utils._rebuild_parameter"] = new TorchFunction(arguments => arguments.Count > 0 && arguments[0] is StoredTensor tensor ? tensor : throw Damaged()),
        ["torch.FloatStorage"] = new TorchStorageType(4, StoredType.Float32, (from, to) => from.CopyTo(to)),
        ["torch.DoubleStorage"] = new TorchStorageType(8, StoredType.Float64, (from, to) => from.CopyTo(to)),
        ["torch.HalfStorage"] = Converted<Half, float>(StoredType.Float32, value => (float)value),
        ["torch.BFloat16Storage"] = Converted<ushort, float>(StoredType.Float32, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
        ["torch.LongStorage"] = new TorchStorageType(8, StoredType.Int64, (from, to) => from.CopyTo(to)),
        ["torch.IntStorage"] = Converted<int, long>(StoredType.Int64, value => value),
        ["torch.ShortStorage"] = Converted<short, long>(StoredType.Int64, value => value),
        ["torch.ByteStorage"] = Converted<byte, long>(StoredType.Int64, value => value),
        ["torch.BoolStorage"] = Converted<byte, long>(StoredType.Int64, value => value == 0 ? 0 : 1),
    };

    /// <summary>What PyTorch calls a storage of this type.</summary>
    public static string StorageName(StoredType type) => type switch
    {
        StoredType.Float16 => "HalfStorage",
        StoredType.Float32 => "FloatStorage",
        StoredType.Float64 => "DoubleStorage",
        _ => "LongStorage",
    };

    public static object Named(string name) => Known.TryGetValue(name, out var known)
        ? known
        : throw new InvalidDataException($"it names '{name}', which has no place in a checkpoint");

    /// <summary>The persistent id <c>("storage", type, key, device, element count)</c>.</summary>
    public static TorchStorage Storage(object? id, Func<string, ReadOnlyMemory<byte>> storage)
    {
        if (id is not List<object?> { Count: 5 } parts || parts[0] is not "storage" || parts[1] is not TorchStorageType type
            || parts[2] is not string key || parts[4] is not long count)
        {
            throw Damaged();
        }

        var data = storage(key);
        if (count < 0 || count > data.Length / type.ElementSize)
        {
            throw new InvalidDataException($"storage {key} has {data.Length} bytes, too few for {count} elements");
        }

        return new TorchStorage(type, data[..(int)(count * type.ElementSize)]);
    }

    /// <summary>
    /// Python makes it empty and sets the items later. Were pairs taken, a list of them could be named a thousand times,
    /// and each time fill another dictionary.
    /// </summary>
    private static OrderedDictionary<string, object?> OrderedDict(List<object?> arguments) =>
        arguments.Count == 0 ? new(StringComparer.Ordinal) : throw new InvalidDataException("a dictionary is described wrongly");

    /// <summary>Arguments: storage, offset, shape, strides, requires_grad, hooks. Whatever the strides, the result is row-major.</summary>
    private static object RebuildTensor(List<object?> arguments)
    {
        if (arguments.Count < 4 || arguments[0] is not TorchStorage storage || arguments[1] is not long offset)
        {
            throw Damaged();
        }

        var (shape, strides) = (Numbers(arguments[2]), Numbers(arguments[3]));
        var available = storage.Data.Length / storage.Type.ElementSize;
        if (shape.Length != strides.Length || shape.Length > DimensionLimit || offset < 0 || offset > available)
        {
            throw Damaged();
        }

        if (shape.Contains(0) && Array.TrueForAll(shape, dimension => dimension is >= 0 and <= EmptyDimensionLimit))
        {
            // Nothing to read, whatever the other dimensions and the strides: [0, 8] over an empty storage is a valid tensor.
            return new StoredTensor(storage.Type.Target, shape, []);
        }

        long count = 1, last = offset;
        for (var i = 0; i < shape.Length; i++)
        {
            // Bounds first, so that no product can overflow.
            if (shape[i] < 0 || shape[i] > available || strides[i] < 0 || strides[i] > available)
            {
                throw Damaged();
            }

            count *= shape[i];
            last += Math.Max(0, shape[i] - 1) * strides[i];
            if (count > available || last > available)
            {
                throw new InvalidDataException("a tensor is larger than its storage");
            }
        }

        if (count > 0 && last >= available)
        {
            throw new InvalidDataException("a tensor is larger than its storage");
        }

        return new StoredTensor(storage.Type.Target, shape, Gather(storage, offset, shape, strides, (int)count));
    }

    private static byte[] Gather(TorchStorage storage, long offset, long[] shape, long[] strides, int count)
    {
        var size = storage.Type.ElementSize;
        var expected = 1L;
        var dense = true;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            dense &= shape[i] == 1 || strides[i] == expected;
            expected *= shape[i];
        }

        var converted = new byte[checked(count * StoredTensor.SizeOf(storage.Type.Target))];
        if (dense)
        {
            storage.Type.Convert(storage.Data.Span.Slice((int)offset * size, count * size), converted);
        }
        else
        {
            var rows = new byte[count * size];
            var index = new long[shape.Length];
            for (var element = 0; element < count; element++)
            {
                var source = offset;
                for (var i = 0; i < shape.Length; i++)
                {
                    source += index[i] * strides[i];
                }

                storage.Data.Span.Slice((int)source * size, size).CopyTo(rows.AsSpan(element * size));
                for (var i = shape.Length - 1; i >= 0 && ++index[i] == shape[i]; i--)
                {
                    index[i] = 0;
                }
            }

            storage.Type.Convert(rows, converted);
        }

        return converted;
    }

    private static long[] Numbers(object? value) => value is List<object?> list && list.TrueForAll(item => item is long)
        ? [.. list.Select(item => (long)item!)]
        : throw Damaged();

    private static TorchStorageType Converted<TSource, TTarget>(StoredType target, Func<TSource, TTarget> convert)
        where TSource : unmanaged
        where TTarget : unmanaged => new(Marshal.SizeOf<TSource>(), target, (from, to) =>
    {
        var source = MemoryMarshal.Cast<byte, TSource>(from);
        var result = MemoryMarshal.Cast<byte, TTarget>(to);
        for (var i = 0; i < source.Length; i++)
        {
            result[i] = convert(source[i]);
        }
    });

    private static InvalidDataException Damaged() => new("a tensor is described wrongly");
}
