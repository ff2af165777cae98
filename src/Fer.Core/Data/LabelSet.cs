using System.Collections;

namespace Fer.Core.Data;

/// <summary>The classes of a data set or network, in the order of the network's outputs.</summary>
public sealed class LabelSet : IReadOnlyList<string>
{
    // Far beyond any use; it bounds what a damaged or hostile checkpoint makes us build.
    private const int Most = 10_000;

    private readonly string[] _names;

    /// <summary>Labels in the given order.</summary>
    /// <exception cref="FerException">There are fewer than two or too many, one stands twice, is empty, or holds control characters.</exception>
    public LabelSet(IEnumerable<string> names)
    {
        _names = [.. names];
        if (_names.Length < 2)
        {
            throw new FerException($"at least two labels are needed, not {_names.Length}");
        }

        if (_names.Length > Most)
        {
            throw new FerException($"{_names.Length} labels are more than the {Most} that are allowed");
        }

        if (_names.FirstOrDefault(name => name.Length == 0 || name.Any(char.IsControl)) is { } unprintable)
        {
            throw new FerException($"the label '{unprintable}' cannot be shown; rename it");
        }

        if (_names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } repeated)
        {
            throw new FerException($"the label '{repeated.Key}' stands twice");
        }
    }

    /// <summary>The seven emotions of FER2013, in ordinal order.</summary>
    public static LabelSet Fer2013 { get; } = new(["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]);

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <inheritdoc/>
    public string this[int index] => _names[index];

    /// <summary>The position of a label, or -1.</summary>
    public int IndexOf(string name) => Array.IndexOf(_names, name);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => _names.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _names);
}
