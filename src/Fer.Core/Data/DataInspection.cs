using System.Security.Cryptography;

namespace Fer.Core.Data;

/// <summary>Images with the very same pixels.</summary>
/// <param name="Files">Two paths or more.</param>
/// <param name="Labels">The labels that they have; more than one is a conflict.</param>
/// <param name="Splits">The splits that they lie in; more than one lets the network be evaluationNetwork by what it has seen.</param>
public sealed record IdenticalImages(IReadOnlyList<string> Files, IReadOnlyList<string> Labels, IReadOnlyList<string> Splits);

/// <summary>One split of a folder.</summary>
/// <param name="Name">train, validation or test.</param>
/// <param name="Counts">Images of each label.</param>
/// <param name="Mean">Mean of the pixels, 0..1.</param>
/// <param name="StandardDeviation">Deviation of the pixels, 0..1.</param>
/// <param name="Faces">The images.</param>
public sealed record SplitSummary(string Name, IReadOnlyList<int> Counts, double Mean, double StandardDeviation, FaceDataset Faces);

/// <summary>What is worth knowing about a folder of images before an afternoon of training on it.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Splits">Each split.</param>
/// <param name="Unreadable">Files that are no images.</param>
/// <param name="Identical">Groups of images with the same pixels.</param>
public sealed record DataInspection(
    LabelSet Labels,
    IReadOnlyList<SplitSummary> Splits,
    IReadOnlyList<UnreadableImage> Unreadable,
    IReadOnlyList<IdenticalImages> Identical)
{
    /// <summary>Images that could go without anything being lost.</summary>
    public int ExtraCopies => Identical.Sum(group => group.Files.Count - 1);

    /// <summary>Groups whose images have different labels.</summary>
    public IEnumerable<IdenticalImages> Conflicts => Identical.Where(group => group.Labels.Count > 1);

    /// <summary>Groups that lie in several splits.</summary>
    public IEnumerable<IdenticalImages> Leaks => Identical.Where(group => group.Splits.Count > 1);

    /// <summary>Decodes a folder and looks at it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">Width and height in pixels at which images are compared.</param>
    /// <exception cref="FerException">A split holds no image at all.</exception>
    public static DataInspection Of(ImageFolder folder, int size)
    {
        var summaries = new List<SplitSummary>();
        var unreadable = new List<UnreadableImage>();
        var images = new List<(string Hash, string Path, string Label, string Split)>();
        foreach (var name in folder.Splits)
        {
            var faces = FaceDataset.Load(folder.Labels, folder.Split(name), size, out var problems);
            var statistics = faces.MeasurePreprocessing();
            int[] counts = [.. Enumerable.Range(0, folder.Labels.Count).Select(label => faces.Targets.Count(target => target == label))];
            summaries.Add(new SplitSummary(name, counts, statistics.Mean, statistics.StandardDeviation, faces));
            unreadable.AddRange(problems);
            images.AddRange(Enumerable.Range(0, faces.Count).Select(face =>
                (Convert.ToHexString(SHA256.HashData(faces.Face(face))), faces.Paths[face], folder.Labels[faces.Targets[face]], name)));
        }

        IdenticalImages[] identical =
        [
            .. images.GroupBy(image => image.Hash, StringComparer.Ordinal)
                .Where(group => group.Skip(1).Any())
                .Select(group => new IdenticalImages(
                    [.. group.Select(image => image.Path)],
                    [.. group.Select(image => image.Label).Distinct()],
                    [.. group.Select(image => image.Split).Distinct()])),
        ];
        return new DataInspection(folder.Labels, summaries, unreadable, identical);
    }
}
