using System.Collections;
using System.Globalization;
using System.Text;

namespace Fer.Core.Data;

/// <summary>The classes of a dataset or network, in the order of the network's outputs.</summary>
public sealed class LabelSet : IReadOnlyList<string>
{
    // Far more than any use; it bounds what a damaged or hostile checkpoint makes us build.
    private const int MaxCount = 10_000;

    private readonly string[] _names;

    /// <summary>Labels in the given order.</summary>
    /// <exception cref="FerException">There are fewer than two or too many, or a label is duplicated, empty, or contains invisible or control characters.</exception>
    public LabelSet(IEnumerable<string> names)
    {
        _names = [.. names];
        if (_names.Length < 2)
        {
            throw new FerException($"at least two labels are needed, not {_names.Length}");
        }

        if (_names.Length > MaxCount)
        {
            throw new FerException($"{_names.Length} labels exceed the limit of {MaxCount}");
        }

        if (_names.FirstOrDefault(name => name.Length == 0 || name.EnumerateRunes().Any(IsInvisible)) is { } unprintable)
        {
            throw new FerException($"the label '{Visible(unprintable)}' is empty or contains invisible characters; rename it");
        }

        if (_names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } repeated)
        {
            throw new FerException($"duplicate label '{repeated.Key}'");
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

    /// <summary>Control, bidirectional-control, zero-width and unpaired surrogate characters, which make a label look like another one.</summary>
    private static bool IsInvisible(Rune character) =>
        character == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Visible(string label) => string.Concat(label.EnumerateRunes().Select(character => IsInvisible(character) ? "?" : character.ToString()));
}
