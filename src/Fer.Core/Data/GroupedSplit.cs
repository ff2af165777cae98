using System.Security.Cryptography;

namespace Fer.Core.Data;

/// <summary>Splits a dataset so that the images of a group stay on one side, with about the same part of each label.</summary>
public static class GroupedSplit
{
    /// <summary>Holds out about a fraction of each label for validation.</summary>
    /// <param name="whole">The images.</param>
    /// <param name="groups">The group of each image.</param>
    /// <param name="fraction">Of the images, 0..1.</param>
    /// <param name="seed">Decides which groups.</param>
    /// <returns>The two splits, each in the order of the whole.</returns>
    /// <exception cref="FerException">A split would have no images.</exception>
    public static (FaceDataset Train, FaceDataset Validation) Of(FaceDataset whole, IReadOnlyList<int> groups, double fraction, ulong seed)
    {
        var all = Members(whole, groups, seed);
        double[] wanted = [.. Counts(whole, [.. Enumerable.Range(0, whole.Count)]).Select(count => Math.Round(fraction * count))];
        var chosen = new List<int[]>();
        foreach (var group in all)
        {
            var counts = Counts(whole, group);
            if (Gain(wanted, counts) > 0)
            {
                chosen.Add(group);
                Subtract(wanted, counts);
            }
        }

        // Every group may be larger than the part that is wanted.
        if (chosen.Count == 0 && all.Count > 1)
        {
            chosen.Add(all.MaxBy(group => Gain(wanted, Counts(whole, group)))!);
        }

        return Split(whole, chosen.SelectMany(group => group), $"{whole.Count} images in {all.Count} groups are too few to hold out {fraction:0%} for validation; add images or a folder validation/");
    }

    /// <summary>One of several parts of about equal size for validation, the others for training (cross-validation).</summary>
    /// <param name="whole">The images.</param>
    /// <param name="groups">The group of each image.</param>
    /// <param name="fold">1 for the first.</param>
    /// <param name="folds">How many parts.</param>
    /// <param name="seed">Decides which groups.</param>
    /// <returns>The two splits, each in the order of the whole.</returns>
    /// <exception cref="FerException">There are fewer groups than folds.</exception>
    public static (FaceDataset Train, FaceDataset Validation) Fold(FaceDataset whole, IReadOnlyList<int> groups, int fold, int folds, ulong seed)
    {
        var all = Members(whole, groups, seed);
        if (all.Count < folds)
        {
            throw new FerException($"{whole.Count} images in {all.Count} groups cannot be divided into {folds} folds; choose a smaller --folds");
        }

        var labels = Counts(whole, [.. Enumerable.Range(0, whole.Count)]);
        double[] share = [.. labels.Select(count => (double)count / folds)];
        double[][] missing = [.. Enumerable.Range(0, folds).Select(_ => (double[])share.Clone())];
        List<int>[] parts = [.. Enumerable.Range(0, folds).Select(_ => new List<int>())];
        // Large groups first: small ones then fill what they left.
        foreach (var group in all.OrderByDescending(group => group.Length))
        {
            var counts = Counts(whole, group);
            var place = Enumerable.Range(0, folds).MaxBy(part => (Gain(missing[part], counts), missing[part].Sum()));
            Subtract(missing[place], counts);
            parts[place].AddRange(group);
        }

        RequireEveryLabelTrained(whole, labels, parts);
        return Split(whole, parts[fold - 1], $"{whole.Count} images in {all.Count} groups are too few for {folds} folds; choose a smaller --folds");
    }

    /// <summary>The images of each group, in an order that the seed and the first image of each decide: other images do not change it.</summary>
    private static List<int[]> Members(FaceDataset whole, IReadOnlyList<int> groups, ulong seed) =>
    [
        .. Enumerable.Range(0, groups.Count)
            .GroupBy(image => groups[image])
            .OrderBy(group => CounterRandom.Mix(seed, BitConverter.ToUInt64(SHA256.HashData(whole.Face(group.First())))))
            .Select(group => group.ToArray()),
    ];

    private static int[] Counts(FaceDataset whole, int[] images)
    {
        var counts = new int[whole.Labels.Count];
        foreach (var image in images)
        {
            counts[whole.Targets[image]]++;
        }

        return counts;
    }

    /// <summary>How much nearer a group brings a split to what is wanted of each label, in images.</summary>
    private static double Gain(double[] wanted, int[] counts) => wanted.Zip(counts, (want, count) => Math.Abs(want) - Math.Abs(want - count)).Sum();

    private static void Subtract(double[] wanted, int[] counts)
    {
        for (var label = 0; label < wanted.Length; label++)
        {
            wanted[label] -= counts[label];
        }
    }

    /// <summary>All folds are checked at the first: the last would fail after hours of training.</summary>
    private static void RequireEveryLabelTrained(FaceDataset whole, int[] all, List<int>[] parts)
    {
        foreach (var (part, images) in parts.Index())
        {
            var held = Counts(whole, [.. images]);
            var label = Enumerable.Range(0, all.Length).FirstOrDefault(label => all[label] > 0 && all[label] == held[label], -1);
            if (label >= 0)
            {
                throw new FerException($"fold {part + 1} of {parts.Length} would validate on all images of '{whole.Labels[label]}' and train without: the label needs images in two groups (other persons, not near-identical); add some, or leave it out with --ignore-label \"{whole.Labels[label]}\"");
            }
        }
    }

    /// <summary>Divides a dataset.</summary>
    /// <param name="whole">The images.</param>
    /// <param name="held">Those for validation.</param>
    /// <param name="tooFew">The message where a split would have no images.</param>
    internal static (FaceDataset Train, FaceDataset Validation) Split(FaceDataset whole, IEnumerable<int> held, string tooFew)
    {
        var validation = held.ToHashSet();
        if (validation.Count == 0 || validation.Count == whole.Count)
        {
            throw new FerException(tooFew);
        }

        int[] indices = [.. Enumerable.Range(0, whole.Count)];
        return (whole.Subset([.. indices.Where(index => !validation.Contains(index))]), whole.Subset([.. indices.Where(validation.Contains)]));
    }
}
