using System.Security.Cryptography;

namespace Fer.Core.Data;

/// <summary>Images with identical pixels.</summary>
/// <param name="Files">Two or more paths.</param>
/// <param name="Labels">Their distinct labels; more than one is a conflict.</param>
/// <param name="Splits">The splits that contain them; more than one is a leak: the network is evaluated on images that it was trained on.</param>
public sealed record IdenticalImages(IReadOnlyList<string> Files, IReadOnlyList<string> Labels, IReadOnlyList<string> Splits);

/// <summary>Statistics of one split.</summary>
/// <param name="Name">train, validation or test.</param>
/// <param name="Counts">Number of images per label.</param>
/// <param name="Mean">Mean of the pixels, of values 0..1.</param>
/// <param name="StandardDeviation">Standard deviation of the pixels, of values 0..1.</param>
/// <param name="Faces">The images.</param>
public sealed record SplitSummary(string Name, IReadOnlyList<int> Counts, double Mean, double StandardDeviation, FaceDataset Faces);

/// <summary>Statistics and problems of an image folder, to check before training on it.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Splits">The splits, without those in which nothing is readable.</param>
/// <param name="Unreadable">Files that could not be decoded.</param>
/// <param name="Identical">Groups of images with identical pixels.</param>
public sealed record DataInspection(
    LabelSet Labels,
    IReadOnlyList<SplitSummary> Splits,
    IReadOnlyList<UnreadableImage> Unreadable,
    IReadOnlyList<IdenticalImages> Identical)
{
    /// <summary>Files in the label folders that are not images.</summary>
    public IReadOnlyList<string> NotImages { get; init; } = [];

    /// <summary>The splits that have files, none of which is a readable image.</summary>
    public IReadOnlyList<string> UnreadableSplits { get; init; } = [];

    /// <summary>Groups of near-identical images, of which at least two differ in some pixels.</summary>
    public IReadOnlyList<IdenticalImages> NearIdentical { get; init; } = [];

    /// <summary>The group of each image of the first split: near-identical images share one.</summary>
    public IReadOnlyList<int> FirstSplitGroups { get; init; } = [];

    /// <summary>The images with a problem, of all splits.</summary>
    public IReadOnlyList<ImageQuality> Poor { get; init; } = [];

    /// <summary>Number of images beyond one of each near-identical group, exact copies not counted.</summary>
    public int ExtraNearDuplicates { get; init; }

    /// <summary>Number of redundant copies.</summary>
    public int ExtraCopies => Identical.Sum(group => group.Files.Count - 1);

    /// <summary>Groups whose images have different labels.</summary>
    public IEnumerable<IdenticalImages> Conflicts => Identical.Where(group => group.Labels.Count > 1);

    /// <summary>Groups that occur in several splits.</summary>
    public IEnumerable<IdenticalImages> Leaks => Identical.Where(group => group.Splits.Count > 1);

    /// <summary>Decodes and inspects all splits of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">Width and height in pixels at which images are compared.</param>
    /// <param name="progress">Receives the part of the images that is decoded, 0..1.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="FerException">No image of the first split is readable.</exception>
    public static DataInspection Of(ImageFolder folder, int size, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var (earlier, total) = (0, (double)folder.Splits.Sum(name => folder.Split(name).Count));
        var (summaries, unreadableSplits) = (new List<SplitSummary>(), new List<string>());
        var unreadable = new List<UnreadableImage>();
        var images = new List<(string Hash, string Path, string Label, string Split)>();
        foreach (var name in folder.Splits)
        {
            var (files, before) = (folder.Split(name), earlier);
            var faces = FaceDataset.LoadReadable(folder.Labels, files, size, decoded => progress?.Invoke((before + decoded) / total), out var problems, cancellation);
            earlier += files.Count;
            unreadable.AddRange(problems);
            if (faces.Count == 0)
            {
                if (name == folder.Splits.First())
                {
                    // All advice is about the training images.
                    throw FaceDataset.NoneReadable(problems);
                }

                unreadableSplits.Add(name);
                continue;
            }

            var statistics = faces.MeasurePreprocessing();
            var counts = faces.CountByLabel();
            summaries.Add(new SplitSummary(name, counts, statistics.Mean, statistics.StandardDeviation, faces));
            images.AddRange(Enumerable.Range(0, faces.Count).Select(face =>
                (Convert.ToHexString(SHA256.HashData(faces.Face(face))), faces.Paths[face], folder.Labels[faces.Targets[face]], name)));
        }

        IdenticalImages[] identical =
        [
            .. images.GroupBy(image => image.Hash, StringComparer.Ordinal).Where(group => group.Skip(1).Any()).Select(GroupOf),
        ];
        var similar = NearDuplicates.Groups(Joined(summaries), cancellation);
        var alike = images.Zip(similar, (image, group) => (image, group)).GroupBy(pair => pair.group, pair => pair.image)
            .Select(group => (Images: group, Different: group.Select(image => image.Hash).Distinct().Count()))
            .Where(group => group.Different > 1)
            .ToList();
        return new DataInspection(folder.Labels, summaries, unreadable, identical)
        {
            NotImages = folder.NotImages,
            UnreadableSplits = unreadableSplits,
            NearIdentical = [.. alike.Select(group => GroupOf(group.Images))],
            ExtraNearDuplicates = alike.Sum(group => group.Different - 1),
            FirstSplitGroups = similar[..summaries[0].Faces.Count],
            Poor = [.. summaries.SelectMany(split => ImageQuality.Of(split.Faces)).Where(image => image.Problems != QualityProblems.None)],
        };
    }

    private static IdenticalImages GroupOf(IEnumerable<(string Hash, string Path, string Label, string Split)> group) => new(
        [.. group.Select(image => image.Path)],
        [.. group.Select(image => image.Label).Distinct()],
        [.. group.Select(image => image.Split).Distinct()]);

    /// <summary>The images of all splits, in one dataset.</summary>
    private static FaceDataset Joined(IReadOnlyList<SplitSummary> splits) => splits.Count == 1 ? splits[0].Faces : new(
        splits[0].Faces.Labels,
        splits[0].Faces.Size,
        [.. splits.SelectMany(split => split.Faces.Pixels)],
        [.. splits.SelectMany(split => split.Faces.Targets)],
        [.. splits.SelectMany(split => split.Faces.Paths)]);
}
