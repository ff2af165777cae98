namespace Fer.Core.Reporting;

/// <summary>Which pictures of a data set a grid shows.</summary>
public static class SampleChoice
{
    /// <summary>A row of pictures for each label, in the order of the labels; a label without pictures has no row.</summary>
    /// <param name="truth">The label's index of each picture.</param>
    /// <param name="perLabel">The most pictures of a row.</param>
    /// <param name="seed">The same seed chooses the same pictures.</param>
    /// <returns>Indices of pictures.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> ByLabel(IReadOnlyList<int> truth, int perLabel, ulong seed) =>
    [
        .. Shuffled(truth.Count, truth.Count, seed)
            .GroupBy(picture => truth[picture])
            .OrderBy(label => label.Key)
            .Select(label => label.Take(perLabel).ToArray()),
    ];

    /// <summary>Some pictures in random order, none twice.</summary>
    /// <param name="pictures">How many there are.</param>
    /// <param name="count">The most to choose.</param>
    /// <param name="seed">The same seed chooses the same pictures.</param>
    /// <returns>Indices of pictures.</returns>
    public static IReadOnlyList<int> Shuffled(int pictures, int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, pictures)];
        CounterRandom.For(seed).Shuffle(order.AsSpan());
        return order[..Math.Min(count, pictures)];
    }
}
