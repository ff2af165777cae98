namespace Fer.Core.Checkpoints.Torch;

/// <summary>The stack of the pickle machine, with the marks where lists begin.</summary>
internal sealed class PickleStack
{
    /// <summary>Maximum number of values in a pickle; a checkpoint has hundreds.</summary>
    public const int ValueLimit = 1_000_000;

    private static readonly object MarkValue = new();

    private readonly List<object?> _values = [];
    private int _pushed;

    public void Push(object? value)
    {
        // An empty dictionary takes one byte in the file and a hundred in memory.
        _pushed++;
        if (_pushed > ValueLimit)
        {
            throw new InvalidDataException($"it has more than {ValueLimit} values");
        }

        _values.Add(value);
    }

    /// <summary>Marks the position that <see cref="PopToMark"/> returns to.</summary>
    public void Mark() => Push(MarkValue);

    public object? Peek() => _values.Count > 0 && _values[^1] != MarkValue ? _values[^1] : throw PickleBytes.Damaged();

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public List<object?> PopMany(int count)
    {
        var start = _values.Count - count;
        if (start < 0 || _values.IndexOf(MarkValue, start) >= 0)
        {
            throw PickleBytes.Damaged();
        }

        var values = _values.GetRange(start, count);
        _values.RemoveRange(start, count);
        return values;
    }

    public List<object?> PopToMark()
    {
        var mark = _values.LastIndexOf(MarkValue);
        if (mark < 0)
        {
            throw PickleBytes.Damaged();
        }

        var values = _values.GetRange(mark + 1, _values.Count - mark - 1);
        _values.RemoveRange(mark, _values.Count - mark);
        return values;
    }
}
