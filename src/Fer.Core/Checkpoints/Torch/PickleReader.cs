namespace Fer.Core.Checkpoints.Torch;

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
    private const int DepthLimit = 32;

    private readonly PickleBytes _bytes = new(data);
    private readonly PickleStack _stack = new();
    private readonly Dictionary<uint, object?> _memo = [];
    private int _values;
    private long _tensorBytesLeft = tensorBytes;

    /// <summary>The value that the pickle holds.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or wants what a checkpoint does not need.</exception>
    public object? Read()
    {
        while (true)
        {
            var operation = (PickleOp)_bytes.UInt8();
            if (operation == PickleOp.Stop)
            {
                var result = _stack.Pop();
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
                _bytes.UInt8();
                break;
            case PickleOp.Mark:
                _stack.Mark();
                break;
            case PickleOp.None:
                _stack.Push(null);
                break;
            case PickleOp.True:
                _stack.Push(true);
                break;
            case PickleOp.False:
                _stack.Push(false);
                break;
            case PickleOp.UInt8:
                _stack.Push((long)_bytes.UInt8());
                break;
            case PickleOp.UInt16:
                _stack.Push((long)_bytes.UInt16());
                break;
            case PickleOp.Int32:
                _stack.Push((long)_bytes.Int32());
                break;
            case PickleOp.LongInteger:
                _stack.Push(_bytes.Whole());
                break;
            case PickleOp.Float:
                _stack.Push(_bytes.Float64());
                break;
            case PickleOp.Text:
                _stack.Push(_bytes.Text());
                break;
            case PickleOp.EmptyList or PickleOp.EmptyTuple:
                _stack.Push(new List<object?>());
                break;
            case PickleOp.EmptyDictionary:
                _stack.Push(new OrderedDictionary<string, object?>(StringComparer.Ordinal));
                break;
            case PickleOp.Tuple:
                _stack.Push(_stack.PopToMark());
                break;
            case PickleOp.Tuple1 or PickleOp.Tuple2 or PickleOp.Tuple3:
                _stack.Push(_stack.PopMany(operation - PickleOp.Tuple1 + 1));
                break;
            case PickleOp.Append:
                AppendTo([_stack.Pop()]);
                break;
            case PickleOp.Appends:
                AppendTo(_stack.PopToMark());
                break;
            case PickleOp.SetItem:
                SetItems(_stack.PopMany(2));
                break;
            case PickleOp.SetItems:
                SetItems(_stack.PopToMark());
                break;
            case PickleOp.PutMemo:
                _memo[_bytes.UInt8()] = _stack.Peek();
                break;
            case PickleOp.LongPutMemo:
                _memo[_bytes.UInt32()] = _stack.Peek();
                break;
            case PickleOp.Get:
                _stack.Push(Recall(_bytes.UInt8()));
                break;
            case PickleOp.LongGet:
                _stack.Push(Recall(_bytes.UInt32()));
                break;
            case PickleOp.Global:
                _stack.Push(TorchTypes.Named($"{_bytes.Line()}.{_bytes.Line()}"));
                break;
            case PickleOp.PersistentId:
                _stack.Push(TorchTypes.Storage(_stack.Pop(), storage));
                break;
            case PickleOp.Reduce:
                var arguments = _stack.Pop() as List<object?> ?? throw PickleBytes.Damaged();
                _stack.Push(Counted((_stack.Pop() as TorchFunction ?? throw PickleBytes.Damaged()).Call(arguments)));
                break;
            case PickleOp.Build:
                // State that PyTorch hangs on a state dictionary (_metadata); nothing here needs it.
                _stack.Pop();
                _ = _stack.Peek() as OrderedDictionary<string, object?> ?? throw PickleBytes.Damaged();
                break;
            default:
                throw new InvalidDataException($"the pickle operation 0x{(byte)operation:x2} has no place in a checkpoint");
        }
    }

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
        if (depth > DepthLimit || ++_values > PickleStack.ValueLimit)
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

    private object? Recall(uint key) => _memo.TryGetValue(key, out var value) ? value : throw PickleBytes.Damaged();

    private void AppendTo(List<object?> values) => (_stack.Peek() as List<object?> ?? throw PickleBytes.Damaged()).AddRange(values);

    private void SetItems(List<object?> pairs)
    {
        var dictionary = _stack.Peek() as OrderedDictionary<string, object?> ?? throw PickleBytes.Damaged();
        if (pairs.Count % 2 != 0)
        {
            throw PickleBytes.Damaged();
        }

        foreach (var pair in pairs.Chunk(2))
        {
            // Keys that are no text (an optimizer's parameter numbers, say) read as the text of the number.
            dictionary[pair[0] as string ?? (pair[0] is long number ? $"{number}" : throw PickleBytes.Damaged())] = pair[1];
        }
    }
}
