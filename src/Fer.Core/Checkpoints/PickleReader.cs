using System.Buffers.Binary;
using System.Text;

namespace Fer.Core.Checkpoints;

/// <summary>
/// Reads the pickles that <c>torch.save</c> writes, and nothing else: a handful of operations, and of all names that a
/// pickle could call only the few in <see cref="TorchTypes"/>. Nothing is executed. Every length is checked against the
/// bytes at hand before anything is allocated.
/// </summary>
/// <param name="data">The pickle.</param>
/// <param name="storage">The bytes of a storage by its key.</param>
/// <param name="tensorBytes">The most that all tensors together may take; many may share one storage.</param>
internal sealed class PickleReader(byte[] data, Func<string, ReadOnlyMemory<byte>> storage, long tensorBytes)
{
    // A checkpoint nests four deep and holds hundreds of values. A pickle that nests deeper, or that unfolds to millions
    // by naming the same list again and again, only wants the reader to fall over later.
    private const int DepthLimit = 32, ValueLimit = 1_000_000, NameLimit = 200;

    private static readonly object MarkObject = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;
    private int _pushed;
    private int _values;
    private long _tensorBytesLeft = tensorBytes;

    /// <summary>The value that the pickle holds.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or wants what a checkpoint does not need.</exception>
    public object? Read()
    {
        while (true)
        {
            var operation = (PickleOp)Take(1)[0];
            if (operation == PickleOp.Stop)
            {
                var result = Pop();
                CheckDepth(result, 0);
                return result;
            }

            Execute(operation);
        }
    }

    private void Execute(PickleOp operation)
    {
        switch (operation)
        {
            case PickleOp.Protocol:
                Take(1);
                break;
            case PickleOp.Mark:
                Push(MarkObject);
                break;
            case PickleOp.None:
                Push(null);
                break;
            case PickleOp.True:
                Push(true);
                break;
            case PickleOp.False:
                Push(false);
                break;
            case PickleOp.UInt8:
                Push((long)Take(1)[0]);
                break;
            case PickleOp.UInt16:
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case PickleOp.Int32:
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case PickleOp.LongInteger:
                Push(ReadLong());
                break;
            case PickleOp.Float:
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case PickleOp.Text:
                Push(Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))));
                break;
            case PickleOp.EmptyList or PickleOp.EmptyTuple:
                Push(new List<object?>());
                break;
            case PickleOp.EmptyDictionary:
                Push(new OrderedDictionary<string, object?>(StringComparer.Ordinal));
                break;
            case PickleOp.Tuple:
                Push(PopToMark());
                break;
            case PickleOp.Tuple1 or PickleOp.Tuple2 or PickleOp.Tuple3:
                Push(PopMany(operation - PickleOp.Tuple1 + 1));
                break;
            case PickleOp.Append:
                AppendTo([Pop()]);
                break;
            case PickleOp.Appends:
                AppendTo(PopToMark());
                break;
            case PickleOp.SetItem:
                SetItems(PopMany(2));
                break;
            case PickleOp.SetItems:
                SetItems(PopToMark());
                break;
            case PickleOp.PutMemo:
                _memo[Take(1)[0]] = Peek();
                break;
            case PickleOp.LongPutMemo:
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                break;
            case PickleOp.Get:
                Push(Recall(Take(1)[0]));
                break;
            case PickleOp.LongGet:
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case PickleOp.Global:
                Push(TorchTypes.Named($"{ReadLine()}.{ReadLine()}"));
                break;
            case PickleOp.PersistentId:
                Push(TorchTypes.Storage(Pop(), storage));
                break;
            case PickleOp.Reduce:
                var arguments = Pop() as List<object?> ?? throw Damaged();
                Push(Counted((Pop() as TorchFunction ?? throw Damaged()).Call(arguments)));
                break;
            case PickleOp.Build:
                // State that PyTorch hangs on a state dictionary (_metadata); nothing here needs it.
                Pop();
                _ = Peek() as OrderedDictionary<string, object?> ?? throw Damaged();
                break;
            default:
                throw new InvalidDataException($"the pickle operation 0x{(byte)operation:x2} has no place in a checkpoint");
        }
    }

    private static InvalidDataException Damaged() => new("the pickle is damaged");

    private object? Counted(object? value)
    {
        if (value is StoredTensor tensor && (_tensorBytesLeft -= tensor.Data.Length) < 0)
        {
            throw new InvalidDataException("its tensors share their storages so often that they would fill the memory");
        }

        return value;
    }

    private void CheckDepth(object? value, int depth)
    {
        if (depth > DepthLimit || ++_values > ValueLimit)
        {
            throw new InvalidDataException("the values nest too deeply, or hold themselves");
        }

        foreach (var child in value switch
        {
            List<object?> list => list,
            OrderedDictionary<string, object?> dictionary => dictionary.Values,
            _ => Enumerable.Empty<object?>(),
        })
        {
            CheckDepth(child, depth + 1);
        }
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > data.Length - _position)
        {
            throw new InvalidDataException("the pickle ends too early");
        }

        _position += (int)count;
        return data.AsSpan(_position - (int)count, (int)count);
    }

    private long ReadLong()
    {
        var bytes = Take(Take(1)[0]);
        if (bytes.Length > 8)
        {
            throw new InvalidDataException("a whole number has more than 64 bits");
        }

        var value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1L : 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private string ReadLine()
    {
        var length = data.AsSpan(_position).IndexOf((byte)'\n');
        if (length is < 0 or > NameLimit)
        {
            throw Damaged();
        }

        var line = Encoding.ASCII.GetString(Take((uint)length));
        Take(1);
        return line;
    }

    private void Push(object? value)
    {
        // An empty dictionary is one byte in the file and a hundred in memory.
        if (++_pushed > ValueLimit)
        {
            throw new InvalidDataException($"it holds more than {ValueLimit} values");
        }

        _stack.Add(value);
    }

    private object? Peek() => _stack.Count > 0 && _stack[^1] != MarkObject ? _stack[^1] : throw Damaged();

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private List<object?> PopMany(int count)
    {
        var start = _stack.Count - count;
        if (start < 0 || _stack.IndexOf(MarkObject, start) >= 0)
        {
            throw Damaged();
        }

        var values = _stack.GetRange(start, count);
        _stack.RemoveRange(start, count);
        return values;
    }

    private List<object?> PopToMark()
    {
        var mark = _stack.LastIndexOf(MarkObject);
        if (mark < 0)
        {
            throw Damaged();
        }

        var values = _stack.GetRange(mark + 1, _stack.Count - mark - 1);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private object? Recall(uint key) => _memo.TryGetValue(key, out var value) ? value : throw Damaged();

    private void AppendTo(List<object?> values) => (Peek() as List<object?> ?? throw Damaged()).AddRange(values);

    private void SetItems(List<object?> pairs)
    {
        var dictionary = Peek() as OrderedDictionary<string, object?> ?? throw Damaged();
        if (pairs.Count % 2 != 0)
        {
            throw Damaged();
        }

        foreach (var pair in pairs.Chunk(2))
        {
            // Keys that are no text (an optimizer's parameter numbers, say) read as the text of the number.
            dictionary[pair[0] as string ?? (pair[0] is long number ? $"{number}" : throw Damaged())] = pair[1];
        }
    }
}
