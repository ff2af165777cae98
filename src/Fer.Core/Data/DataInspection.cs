using System.Security.Cryptography;

namespace Fer.Core.Data;

/// <summary>Pictures with the very same pixels.</summary>
/// <param name="Files">Two paths or more.</param>
/// <param name="Labels">The labels that they have; more than one is a conflict.</param>
/// <param name="Splits">The splits that they lie in; more than one lets the network be judged by what it has seen.</param>
public sealed record IdenticalPictures(IReadOnlyList<string> Files, IReadOnlyList<string> Labels, IReadOnlyList<string> Splits);

/// <summary>One split of a folder.</summary>
/// <param name="Name">train, validation or test.</param>
/// <param name="Counts">Pictures of each label.</param>
/// <param name="Mean">Mean of the pixels, 0..1.</param>
/// <param name="StandardDeviation">Deviation of the pixels, 0..1.</param>
/// <param name="Faces">The pictures.</param>
public sealed record SplitSummary(string Name, IReadOnlyList<int> Counts, double Mean, double StandardDeviation, FaceDataset Faces);

/// <summary>What is worth knowing about a folder of pictures before an afternoon of training on it.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Splits">Each split.</param>
/// <param name="Unreadable">Files that are no pictures.</param>
/// <param name="Identical">Groups of pictures with the same pixels.</param>
public sealed record DataInspection(
    LabelSet Labels,
    IReadOnlyList<SplitSummary> Splits,
    IReadOnlyList<UnreadableImage> Unreadable,
    IReadOnlyList<IdenticalPictures> Identical)
{
    /// <summary>Pictures that could go without anything being lost.</summary>
    public int ExtraCopies => Identical.Sum(group => group.Files.Count - 1);

    /// <summary>Groups whose pictures have different labels.</summary>
    public IEnumerable<IdenticalPictures> Conflicts => Identical.Where(group => group.Labels.Count > 1);

    /// <summary>Groups that lie in several splits.</summary>
    public IEnumerable<IdenticalPictures> Leaks => Identical.Where(group => group.Splits.Count > 1);

    /// <summary>Decodes a folder and looks at it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">Width and height in pixels at which pictures are compared.</param>
    /// <exception cref="FerException">A split holds no picture at all.</exception>
    public static DataInspection Of(ImageFolder folder, int size)
    {
        var summaries = new List<SplitSummary>();
        var unreadable = new List<UnreadableImage>();
        var pictures = new List<(string Hash, string Path, string Label, string Split)>();
        foreach (var name in folder.Splits)
        {
            var faces = FaceDataset.Load(folder.Labels, folder.Split(name), size, out var problems);
            var statistics = faces.MeasurePreprocessing();
            int[] counts = [.. Enumerable.Range(0, folder.Labels.Count).Select(label => faces.Truth.Count(truth => truth == label))];
            summaries.Add(new SplitSummary(name, counts, statistics.Mean, statistics.StandardDeviation, faces));
            unreadable.AddRange(problems);
            pictures.AddRange(Enumerable.Range(0, faces.Count).Select(face =>
                (Convert.ToHexString(SHA256.HashData(faces.Face(face))), faces.Paths[face], folder.Labels[faces.Truth[face]], name)));
        }

        IdenticalPictures[] identical =
        [
            .. pictures.GroupBy(picture => picture.Hash, StringComparer.Ordinal)
                .Where(group => group.Skip(1).Any())
                .Select(group => new IdenticalPictures(
                    [.. group.Select(picture => picture.Path)],
                    [.. group.Select(picture => picture.Label).Distinct()],
                    [.. group.Select(picture => picture.Split).Distinct()])),
        ];
        return new DataInspection(folder.Labels, summaries, unreadable, identical);
    }
}
