namespace Fer.Core.Reporting;

/// <summary>Chooses the images of a grid.</summary>
public static class SampleChoice
{
    /// <summary>Random images, one row per label in the order of the labels; a label without images has no row.</summary>
    /// <param name="targets">Index of the label of each image.</param>
    /// <param name="perLabel">Maximum number of images per row.</param>
    /// <param name="seed">Equal seeds choose equal images.</param>
    /// <returns>Indices of images.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> ByLabel(IReadOnlyList<int> targets, int perLabel, ulong seed) =>
    [
        .. Shuffled(targets.Count, targets.Count, seed)
            .GroupBy(image => targets[image])
            .OrderBy(label => label.Key)
            .Select(label => label.Take(perLabel).ToArray()),
    ];

    /// <summary>Distinct images in random order.</summary>
    /// <param name="images">Number of images to choose from.</param>
    /// <param name="count">Maximum number of images to choose.</param>
    /// <param name="seed">Equal seeds choose equal images.</param>
    /// <returns>Indices of images.</returns>
    public static IReadOnlyList<int> Shuffled(int images, int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        CounterRandom.For(seed).Shuffle(order.AsSpan());
        return order[..Math.Min(count, images)];
    }
}
