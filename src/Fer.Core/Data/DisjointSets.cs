namespace Fer.Core.Data;

/// <summary>Items that are joined into sets (union-find with path halving).</summary>
/// <param name="count">The number of items, each in a set of its own at first.</param>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>The item that stands for a set: its first.</summary>
    public int Of(int item)
    {
        while (_parents[item] != item)
        {
            item = _parents[item] = _parents[_parents[item]];
        }

        return item;
    }

    /// <summary>Joins the sets of two items.</summary>
    public void Join(int one, int other)
    {
        var (a, b) = (Of(one), Of(other));
        _parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    /// <summary>The set of each item.</summary>
    public int[] ToArray() => [.. Enumerable.Range(0, _parents.Length).Select(Of)];
}
