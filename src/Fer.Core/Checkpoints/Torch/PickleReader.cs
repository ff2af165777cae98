using System.Globalization;

namespace Fer.Core.Checkpoints.Torch;

/// <summary>
/// Reads only the pickles that <c>torch.save</c> writes: a few opcodes, and of all callables only those in
/// <see cref="TorchTypes"/>. No code is executed. Every length is checked against the available bytes before anything
/// is allocated.
/// </summary>
/// <param name="data">The pickle.</param>
/// <param name="storage">The bytes of a storage by its key.</param>
/// <param name="tensorBytes">The maximum total size of all tensors; many may share one storage.</param>
internal sealed class PickleReader(byte[] data, Func<string, ReadOnlyMemory<byte>> storage, long tensorBytes)
{
    // A checkpoint nests four deep and holds hundreds of values. Deeper nesting, or millions of references to the same
    // list, would only exhaust the stack or the memory of the code that walks the result.
    private const int DepthLimit = 32;

    private readonly PickleBytes _bytes = new(data);
    private readonly PickleStack _stack = new();
    private readonly Dictionary<uint, object?> _memo = [];
    private int _values;
    private long _tensorBytesLeft = tensorBytes;

    /// <summary>Reads the value of the pickle.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or uses what checkpoints do not need.</exception>
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
                _stack.Push(_bytes.VariableInt64());
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
                _stack.Push(Call());
                break;
            case PickleOp.Build:
                // Attributes of a state dictionary (_metadata); nothing here needs them.
                _stack.Pop();
                RequireTop<OrderedDictionary<string, object?>>();
                break;
            default:
                throw new InvalidDataException($"the pickle opcode 0x{(byte)operation:x2} does not occur in checkpoints");
        }
    }

    private object? Call()
    {
        var arguments = _stack.Pop() as List<object?> ?? throw PickleBytes.Damaged();
        var function = _stack.Pop() as TorchFunction ?? throw PickleBytes.Damaged();
        var value = function.Call(arguments);
        if (value is StoredTensor tensor)
        {
            _tensorBytesLeft -= tensor.Data.Length;
            if (_tensorBytesLeft < 0)
            {
                throw new InvalidDataException("its tensors share their storages so often that they would exhaust the memory");
            }
        }

        return value;
    }

    private T RequireTop<T>()
        where T : class => _stack.Peek() as T ?? throw PickleBytes.Damaged();

    private void CheckDepth(object? value, int depth)
    {
        _values++;
        if (depth > DepthLimit || _values > PickleStack.ValueLimit)
        {
            throw new InvalidDataException("the values nest too deeply or contain themselves");
        }

        IEnumerable<object?> children = value switch
        {
            List<object?> list => list,
            OrderedDictionary<string, object?> dictionary => dictionary.Values,
            _ => [],
        };
        foreach (var child in children)
        {
            CheckDepth(child, depth + 1);
        }
    }

    private object? Recall(uint key) => _memo.TryGetValue(key, out var value) ? value : throw PickleBytes.Damaged();

    private void AppendTo(List<object?> values) => RequireTop<List<object?>>().AddRange(values);

    private void SetItems(List<object?> pairs)
    {
        var dictionary = RequireTop<OrderedDictionary<string, object?>>();
        if (pairs.Count % 2 != 0)
        {
            throw PickleBytes.Damaged();
        }

        foreach (var pair in pairs.Chunk(2))
        {
            dictionary[Key(pair[0])] = pair[1];
        }
    }

    /// <summary>Integer keys, such as the parameter indices of an optimizer, become strings.</summary>
    private static string Key(object? key) => key switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw PickleBytes.Damaged(),
    };
}
