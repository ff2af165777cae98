using System.Security.Cryptography;

namespace Fer.Core.Training;

/// <summary>Stands for all that a training learns from: it goes on with the same alone.</summary>
/// <param name="Images">Of the images and their labels.</param>
/// <param name="Opinions">Of the teachers' and the votes' files.</param>
internal sealed record DataFingerprints(string Images, string Opinions)
{
    /// <exception cref="FerException">A file cannot be read.</exception>
    public static DataFingerprints Of(TrainingData data, TrainingOptions options) =>
        new(data.Fingerprint(), string.Join('-', FilesOf(options).Select(OfFile)));

    /// <summary>The files that say what the targets are beside the labels.</summary>
    public static IReadOnlyList<string> FilesOf(TrainingOptions options) =>
        options.Votes is { } votes ? [.. options.Teachers, votes] : options.Teachers;

    private static string OfFile(string path) => InputFile.Read(path, static path =>
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    });
}
