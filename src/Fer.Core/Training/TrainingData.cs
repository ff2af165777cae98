using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fer.Core.Data;

namespace Fer.Core.Training;

/// <summary>The images of a training, decoded and parted.</summary>
/// <param name="Train">What the network learns from.</param>
/// <param name="Validation">What chooses the best epoch.</param>
/// <param name="ValidationFolder">The folder that the validation images come from; null for a part of the training images.</param>
/// <param name="ValidationSource">Where they come from, in words.</param>
/// <param name="Test">What is measured once at the end, or null.</param>
/// <param name="Unreadable">The files left out.</param>
public sealed record TrainingData(
    FaceDataset Train,
    FaceDataset Validation,
    string? ValidationFolder,
    string ValidationSource,
    FaceDataset? Test,
    IReadOnlyList<UnreadableImage> Unreadable)
{
    // What takes the place of a validation folder where there is none.
    private const double DefaultFraction = 0.1;

    /// <summary>Stands for the images and labels to learn from and to choose by: the same text for the same ones.</summary>
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

    /// <summary>Decodes the images that the options name and decides what chooses the best epoch.</summary>
    /// <exception cref="FerException">The folder does not fit, or a file is unreadable and that is an error.</exception>
    public static TrainingData Load(TrainingOptions options, CancellationToken cancellation = default)
    {
        var folder = ImageFolder.Open(options.Data);
        var problems = new List<UnreadableImage>();
        var train = Read("train");
        var source = options.Validation.SplitIn(folder.Splits);
        if (source is not null)
        {
            var testFiles = source == "test" ? null : Optional("test");
            return new TrainingData(Complete(train), Read(source), source, $"the folder {source}/", testFiles, problems);
        }

        var fraction = options.Validation.Fraction ?? DefaultFraction;
        var (learned, held) = ValidationSplit.Stratified(train, fraction, options.Seed);
        return new TrainingData(Complete(learned), held, null, $"{fraction:P0} of the training images", Optional("test"), problems);

        FaceDataset? Optional(string split) => folder.Splits.Contains(split) ? Read(split) : null;

        FaceDataset Read(string split)
        {
            var dataset = FaceDataset.Load(folder.Labels, folder.Split(split), options.Size, out var unreadable, cancellation);
            if (options.Strict && unreadable.Count > 0)
            {
                throw new FerException($"{unreadable[0].Path}: {unreadable[0].Reason} ({unreadable.Count} unreadable in {split}/); remove the files or leave out --strict");
            }

            problems.AddRange(unreadable);
            return dataset;
        }
    }

    /// <summary>A label without a face to learn from would never be read.</summary>
    private static FaceDataset Complete(FaceDataset train)
    {
        var seen = train.Targets.ToHashSet();
        return Enumerable.Range(0, train.Labels.Count).FirstOrDefault(label => !seen.Contains(label), -1) is var missing and >= 0
            ? throw new FerException($"the label '{train.Labels[missing]}' has no image left to learn from: its files cannot be read, or went to validation (fewer with a smaller --validation)")
            : train;
    }
}
