namespace Fer.Core.Reporting;

/// <summary>Which images of a data set a grid shows.</summary>
public static class SampleChoice
{
    /// <summary>A row of images for each label, in the order of the labels; a label without images has no row.</summary>
    /// <param name="target">The label's index of each image.</param>
    /// <param name="perLabel">The most images of a row.</param>
    /// <param name="seed">The same seed chooses the same images.</param>
    /// <returns>Indices of images.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> ByLabel(IReadOnlyList<int> target, int perLabel, ulong seed) =>
    [
        .. Shuffled(target.Count, target.Count, seed)
            .GroupBy(image => target[image])
            .OrderBy(label => label.Key)
            .Select(label => label.Take(perLabel).ToArray()),
    ];

    /// <summary>Some images in random order, none twice.</summary>
    /// <param name="images">How many there are.</param>
    /// <param name="count">The most to choose.</param>
    /// <param name="seed">The same seed chooses the same images.</param>
    /// <returns>Indices of images.</returns>
    public static IReadOnlyList<int> Shuffled(int images, int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        CounterRandom.For(seed).Shuffle(order.AsSpan());
        return order[..Math.Min(count, images)];
    }
}
