namespace Fer.Core.Detection.Sources;

/// <summary>One of several equal parts of the input, so that several processes can share the work.</summary>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">The number of parts.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>The whole input.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Parses <c>2/4</c>; null for anything else.</summary>
    public static Shard? Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length != 2 || !int.TryParse(parts[0], out var index) || !int.TryParse(parts[1], out var count))
        {
            return null;
        }

        return count is >= 1 and <= 100_000 && index >= 1 && index <= count ? new Shard(index, count) : null;
    }

    /// <summary>Whether the item at a position, from 0, belongs to this part.</summary>
    public bool Contains(long position) => position % Count == Index - 1;
}
