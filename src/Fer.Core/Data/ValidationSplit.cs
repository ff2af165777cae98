using System.Security.Cryptography;

namespace Fer.Core.Data;

/// <summary>Parts a data set in two where no validation folder does.</summary>
public static class ValidationSplit
{
    /// <summary>
    /// A seeded, stratified split: of every label about <paramref name="fraction"/> goes to validation. Identical
    /// images stay on one side, whatever their labels say, since a network must not be evaluationNetwork by what it has seen;
    /// and an image stays on its side when others join or leave, as far as the fraction lets it.
    /// </summary>
    /// <returns>The two parts, each in the order of the whole.</returns>
    /// <exception cref="FerException">A part would have no images.</exception>
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

        if (validation.Count == 0 || validation.Count == whole.Count)
        {
            throw new FerException($"{whole.Count} images are too few to keep {fraction:P0} of each label for validation; add images, or a folder validation/");
        }

        int[] indices = [.. Enumerable.Range(0, whole.Count)];
        return (whole.Subset([.. indices.Where(index => !validation.Contains(index))]), whole.Subset([.. indices.Where(validation.Contains)]));
    }
}
