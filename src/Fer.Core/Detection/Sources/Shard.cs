namespace Fer.Core.Detection.Sources;

/// <summary>One of several equal parts of the input, so that several processes share it.</summary>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">How many parts there are.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>The whole.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>2/4</c>; null for anything else.</summary>
    public static Shard? Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], out var index) && int.TryParse(parts[1], out var count)
            && count is >= 1 and <= 100_000 && index >= 1 && index <= count
            ? new Shard(index, count)
            : null;
    }

    /// <summary>Whether the item at a position belongs to this part.</summary>
    public bool Takes(long position) => position % Count == Index - 1;

    /// <summary>This part of a row of items: consecutive ones, of which every part gets the same number, give or take one.</summary>
    public (long Start, long End) Range(long items) => (items * (Index - 1) / Count, items * Index / Count);
}
