using System.Runtime.InteropServices;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>A callable that a pickle may name, and our implementation of it.</summary>
internal sealed record TorchFunction(Func<List<object?>, object?> Call);

/// <summary>The element type of a storage in a PyTorch file, and its conversion to a <see cref="StoredType"/>.</summary>
internal sealed record TorchStorageType(int ElementSize, StoredType Result, Action<ReadOnlySpan<byte>, Span<byte>> Convert);

/// <summary>The bytes of a storage.</summary>
internal sealed record TorchStorage(TorchStorageType Type, ReadOnlyMemory<byte> Data);

/// <summary>The PyTorch names that checkpoints consist of.</summary>
internal static class TorchTypes
{
    private const int DimensionLimit = 16;

    // The dimensions of an empty tensor are not bounded by its storage.
    private const long EmptyDimensionLimit = int.MaxValue;

    private static readonly Dictionary<string, object> Known = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = new TorchFunction(OrderedDict),
        ["torch._utils._rebuild_tensor_v2"] = new TorchFunction(RebuildTensor),
        ["torch._utils._rebuild_parameter"] = new TorchFunction(arguments => arguments.Count > 0 && arguments[0] is StoredTensor tensor ? tensor : throw Damaged()),
        ["torch.FloatStorage"] = new TorchStorageType(4, StoredType.Float32, (from, to) => from.CopyTo(to)),
        ["torch.DoubleStorage"] = new TorchStorageType(8, StoredType.Float64, (from, to) => from.CopyTo(to)),
        ["torch.HalfStorage"] = new TorchStorageType(2, StoredType.Float16, (from, to) => from.CopyTo(to)),
        ["torch.BFloat16Storage"] = Converted<ushort, float>(StoredType.Float32, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
        ["torch.LongStorage"] = new TorchStorageType(8, StoredType.Int64, (from, to) => from.CopyTo(to)),
        ["torch.IntStorage"] = Converted<int, long>(StoredType.Int64, value => value),
        ["torch.ShortStorage"] = Converted<short, long>(StoredType.Int64, value => value),
        ["torch.ByteStorage"] = Converted<byte, long>(StoredType.Int64, value => value),
        ["torch.BoolStorage"] = Converted<byte, long>(StoredType.Int64, value => value == 0 ? 0 : 1),
    };

    /// <summary>PyTorch's name of a storage of this type.</summary>
    public static string StorageName(StoredType type) => type switch
    {
        StoredType.Float16 => "HalfStorage",
        StoredType.Float32 => "FloatStorage",
        StoredType.Float64 => "DoubleStorage",
        _ => "LongStorage",
    };

    public static object Named(string name) => Known.TryGetValue(name, out var known)
        ? known
        : throw new InvalidDataException($"it names '{name}', which does not occur in checkpoints");

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
    /// Python creates it empty and sets the items later. If pairs were accepted, one list of them could be referenced a
    /// thousand times and fill a new dictionary each time.
    /// </summary>
    private static OrderedDictionary<string, object?> OrderedDict(List<object?> arguments) =>
        arguments.Count == 0 ? new(StringComparer.Ordinal) : throw new InvalidDataException("a dictionary is not valid");

    /// <summary>Arguments: storage, offset, shape, strides, requires_grad, hooks. The result is row-major for any strides.</summary>
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
            // There is nothing to read for any other dimensions and strides: [0, 8] on an empty storage is a valid tensor.
            return new StoredTensor(storage.Type.Result, shape, []);
        }

        long count = 1, last = offset;
        for (var i = 0; i < shape.Length; i++)
        {
            // Check the bounds first, so that no product can overflow.
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

        return new StoredTensor(storage.Type.Result, shape, Gather(storage, offset, shape, strides, (int)count));
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

        var converted = new byte[checked(count * StoredTensor.SizeOf(storage.Type.Result))];
        if (dense)
        {
            storage.Type.Convert(storage.Data.Span.Slice((int)offset * size, count * size), converted);
        }
        else
        {
            var elements = new byte[count * size];
            var index = new long[shape.Length];
            for (var element = 0; element < count; element++)
            {
                var source = offset;
                for (var i = 0; i < shape.Length; i++)
                {
                    source += index[i] * strides[i];
                }

                storage.Data.Span.Slice((int)source * size, size).CopyTo(elements.AsSpan(element * size));
                Advance(index, shape);
            }

            storage.Type.Convert(elements, converted);
        }

        return converted;
    }

    /// <summary>Moves to the next element in row-major order.</summary>
    private static void Advance(long[] index, long[] shape)
    {
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            index[i]++;
            if (index[i] < shape[i])
            {
                return;
            }

            index[i] = 0;
        }
    }

    private static long[] Numbers(object? value) => value is List<object?> list && list.TrueForAll(item => item is long)
        ? [.. list.Select(item => (long)item!)]
        : throw Damaged();

    private static TorchStorageType Converted<TSource, TResult>(StoredType result, Func<TSource, TResult> convert)
        where TSource : unmanaged
        where TResult : unmanaged => new(Marshal.SizeOf<TSource>(), result, (from, to) =>
    {
        var source = MemoryMarshal.Cast<byte, TSource>(from);
        var converted = MemoryMarshal.Cast<byte, TResult>(to);
        for (var i = 0; i < source.Length; i++)
        {
            converted[i] = convert(source[i]);
        }
    });

    private static InvalidDataException Damaged() => new("a tensor is not valid");
}
