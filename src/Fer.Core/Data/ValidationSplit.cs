using System.Security.Cryptography;

namespace Fer.Core.Data;

/// <summary>Splits a dataset into training and validation images if there is no validation folder.</summary>
public static class ValidationSplit
{
    /// <summary>
    /// A seeded, stratified split with about <paramref name="fraction"/> of each label in validation. Identical images
    /// stay on one side, even with different labels, so that the network is not validated on images that it was trained on.
    /// Adding or removing images moves as few others as possible to the other side.
    /// </summary>
    /// <returns>The two splits, each in the order of the whole.</returns>
    /// <exception cref="FerException">A split would have no images.</exception>
    public static (FaceDataset Train, FaceDataset Validation) Stratified(FaceDataset whole, double fraction, ulong seed)
    {
        int[][] groups =
        [
            .. Enumerable.Range(0, whole.Count)
                .GroupBy(index => BitConverter.ToUInt64(SHA256.HashData(whole.Face(index))))
                .OrderBy(group => CounterRandom.Mix(seed, group.Key))
                .Select(group => group.ToArray()),
        ];
        int[] wanted = [.. Enumerable.Range(0, whole.Labels.Count).Select(label => (int)Math.Round(fraction * whole.Targets.Count(target => target == label)))];
        var validation = new HashSet<int>();
        foreach (var group in groups)
        {
            var label = whole.Targets[group[0]];
            if (wanted[label] > 0)
            {
                wanted[label] -= group.Length;
                validation.UnionWith(group);
            }
        }

        return GroupedSplit.Split(whole, validation, $"{whole.Count} images are too few to hold out {fraction:0%} of each label for validation; add images or a folder validation/");
    }
}
