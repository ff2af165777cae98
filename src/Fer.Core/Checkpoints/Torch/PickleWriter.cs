using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>
/// Writes values and tensors as a Python pickle of protocol 2 (PEP 307) with the opcodes that <c>torch.save</c> uses. The
/// elements of the tensors are not part of it: <see cref="Storages"/> lists them in the order of their keys 0, 1, 2...
/// </summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _output = [];
    private readonly List<StoredTensor> _storages = [];

    public IReadOnlyList<StoredTensor> Storages => _storages;

    public byte[] Write(object? root)
    {
        Put([(byte)PickleOp.Protocol, 2]);
        WriteValue(root);
        Put(PickleOp.Stop);
        return [.. _output];
    }

    private void WriteValue(object? value)
    {
        switch (value)
        {
            case null:
                Put(PickleOp.None);
                break;
            case bool flag:
                Put(flag ? PickleOp.True : PickleOp.False);
                break;
            case long number:
                WriteInteger(number);
                break;
            case double number:
                // PyTorch 1.13 (Debian 12) refuses plain floats with weights_only=True.
                WriteTensor(StoredTensor.Scalar(number));
                break;
            case string text:
                WriteText(text);
                break;
            case StoredTensor tensor:
                WriteTensor(tensor);
                break;
            case IReadOnlyDictionary<string, object?> dictionary:
                WriteDictionary(dictionary);
                break;
            case IReadOnlyList<object?> list:
                Put(PickleOp.EmptyList);
                Put(PickleOp.Mark);
                WriteAll(list);
                Put(PickleOp.Appends);
                break;
            default:
                throw new NotSupportedException($"a {value.GetType()} cannot be written");
        }
    }

    private void WriteDictionary(IReadOnlyDictionary<string, object?> dictionary)
    {
        Put(PickleOp.EmptyDictionary);
        Put(PickleOp.Mark);
        foreach (var (key, value) in dictionary)
        {
            WriteText(key);
            WriteValue(value);
        }

        Put(PickleOp.SetItems);
    }

    /// <summary><c>torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())</c>.</summary>
    private void WriteTensor(StoredTensor tensor)
    {
        var key = _storages.Count.ToString(CultureInfo.InvariantCulture);
        _storages.Add(tensor);
        WriteGlobal("torch._utils", "_rebuild_tensor_v2");
        Put(PickleOp.Mark);
        Put(PickleOp.Mark);
        WriteText("storage");
        WriteGlobal("torch", TorchTypes.StorageName(tensor.Type));
        WriteText(key);
        WriteText("cpu");
        WriteInteger(tensor.Shape.Aggregate(1L, (product, length) => product * length));
        Put(PickleOp.Tuple);
        Put(PickleOp.PersistentId);
        WriteInteger(0);
        WriteTuple(tensor.Shape);
        WriteTuple(Strides(tensor.Shape));
        Put(PickleOp.False);
        WriteGlobal("collections", "OrderedDict");
        Put(PickleOp.EmptyTuple);
        Put(PickleOp.Reduce);
        Put(PickleOp.Tuple);
        Put(PickleOp.Reduce);
    }

    private static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    private void WriteTuple(IEnumerable<long> numbers)
    {
        Put(PickleOp.Mark);
        foreach (var number in numbers)
        {
            WriteInteger(number);
        }

        Put(PickleOp.Tuple);
    }

    private void WriteAll(IEnumerable<object?> values)
    {
        foreach (var value in values)
        {
            WriteValue(value);
        }
    }

    private void WriteInteger(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        if (number is >= int.MinValue and <= int.MaxValue)
        {
            Put(PickleOp.Int32);
            Put(bytes[..4]);
            return;
        }

        Put([(byte)PickleOp.LongInteger, 8]);
        Put(bytes);
    }

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Put(PickleOp.Text);
        Put(length);
        Put(bytes);
    }

    private void WriteGlobal(string module, string name)
    {
        Put(PickleOp.Global);
        Put(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }

    private void Put(PickleOp operation) => _output.Add((byte)operation);

    private void Put(ReadOnlySpan<byte> bytes) => _output.AddRange(bytes);
}
