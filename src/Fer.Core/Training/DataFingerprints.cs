using System.Security.Cryptography;

namespace Fer.Core.Training;

/// <summary>Hashes of everything that determines a training run. A run resumes only with the same data.</summary>
/// <param name="Images">Hash of the images and their labels; null in files written before it was recorded.</param>
/// <param name="TargetFiles">Hash of the files of teachers and FER+ votes; null in files written before it was recorded.</param>
internal sealed record DataFingerprints(string? Images, string? TargetFiles)
{
    /// <exception cref="FerException">A file cannot be read.</exception>
    public static DataFingerprints Of(TrainingData data, TrainingOptions options) =>
        new(data.Fingerprint(), string.Join('-', FilesOf(options).Select(HashOf)));

    /// <summary>Makes sure that the data are those a training run began with.</summary>
    /// <param name="began">What <c>last.pt</c> recorded.</param>
    /// <param name="options">Name the data in the message.</param>
    /// <exception cref="FerException">Images, labels, teachers or votes have changed.</exception>
    public void RequireSame(DataFingerprints began, TrainingOptions options)
    {
        var last = RunPaths.Last(options.Output);
        if (began.Images is not null && began.Images != Images)
        {
            throw new FerException($"the images in {options.Data} have changed since training in {options.Output} began: restore them, or start a new training run with --init {last}");
        }

        if (began.TargetFiles is not null && began.TargetFiles != TargetFiles)
        {
            throw new FerException($"{string.Join(", ", FilesOf(options))}: not the files that training in {options.Output} began with: name those, restore them, or start a new training run with --init {last}");
        }
    }

    /// <summary>The files that decide the targets in addition to the labels.</summary>
    private static IReadOnlyList<string> FilesOf(TrainingOptions options) =>
        options.FerPlusVotes is { } votes ? [.. options.Teachers, votes] : options.Teachers;

    private static string HashOf(string path) => InputFile.Read(path, static path =>
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    });
}
