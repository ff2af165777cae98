using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Training;

/// <summary>The images of a training run, decoded and split.</summary>
/// <param name="Train">The training set.</param>
/// <param name="Validation">The validation set, which chooses the best epoch.</param>
/// <param name="ValidationFolder">The folder that the validation images come from; null for a part of the training images.</param>
/// <param name="ValidationSource">Where they come from, in words.</param>
/// <param name="Test">The test set, evaluated once at the end; or null.</param>
/// <param name="Unreadable">The files that were skipped.</param>
public sealed record TrainingData(
    FaceDataset Train,
    FaceDataset Validation,
    string? ValidationFolder,
    string ValidationSource,
    FaceDataset? Test,
    IReadOnlyList<UnreadableImage> Unreadable)
{
    /// <summary>Files in the label folders that are not images.</summary>
    public IReadOnlyList<string> NotImages { get; init; } = [];

    /// <summary>How many files were skipped in the split that the final report is of; 0 for a part of the training images, of which nobody knows.</summary>
    public int UnreadableInReport { get; init; }

    /// <summary>What a user should know about the data folder, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A hash of the images and labels of the training and validation sets.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var faces in new[] { Train, Validation })
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\0', faces.Labels)));
            hash.AppendData(MemoryMarshal.AsBytes<int>(faces.Targets));
            hash.AppendData(faces.Pixels);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Decodes the images that the options name and splits off the validation images.</summary>
    /// <exception cref="FerException">The folder is not a dataset, a label has no training image, or a file is unreadable and that is an error.</exception>
    public static TrainingData Load(TrainingOptions options, CancellationToken cancellation = default)
    {
        var folder = ImageFolder.Open(options.Data, labels: null, LabelRules.Parse(options.LabelMap, options.IgnoredLabels));
        var unreadable = new List<UnreadableImage>();
        var skipped = new Dictionary<string, int>();
        var train = Read("train");
        if (options.Folds == 0 && options.Validation.SplitIn(folder.Splits) is { } source)
        {
            if (options.Group is not null)
            {
                throw new FerException($"--group divides train/, but the validation images come from {source}/: add --validation FRACTION or --folds K, or leave out --group");
            }

            RequireEveryLabel(train);
            var validation = Read(source);
            // Images that choose the best epoch cannot measure it as well.
            var test = source == "test" ? null : ReadIfPresent("test");
            return new TrainingData(train, validation, source, $"the folder {source}/", test, unreadable)
            {
                NotImages = folder.NotImages,
                UnreadableInReport = skipped[test is null ? source : "test"],
                Notes = folder.Notes,
            };
        }

        var part = HeldOut.From(train, options, folder.Root, cancellation);
        RequireEveryLabel(part.Train);
        return new TrainingData(part.Train, part.Validation, null, part.Source, ReadIfPresent("test"), unreadable)
        {
            NotImages = folder.NotImages,
            UnreadableInReport = skipped.GetValueOrDefault("test"),
            Notes = [.. folder.Notes, .. part.Notes],
        };

        FaceDataset? ReadIfPresent(string split) => folder.Splits.Contains(split) ? Read(split) : null;

        FaceDataset Read(string split)
        {
            var dataset = FaceDataset.Load(folder.Labels, folder.Split(split), options.Size, out var problems, cancellation);
            if (options.Strict && problems.Count > 0)
            {
                throw new FerException($"{problems[0].Path}: {problems[0].Reason} ({problems.Count} unreadable in {split}/); remove the files or leave out --strict");
            }

            unreadable.AddRange(problems);
            skipped[split] = problems.Count;
            return dataset;
        }
    }

    /// <summary>The network would never predict a label that has no training image.</summary>
    private static void RequireEveryLabel(FaceDataset train)
    {
        var present = train.Targets.ToHashSet();
        for (var label = 0; label < train.Labels.Count; label++)
        {
            if (!present.Contains(label))
            {
                throw new FerException($"the label '{train.Labels[label]}' has no training image: its files cannot be read, or all went to validation (fewer with a smaller --validation)");
            }
        }
    }
}
