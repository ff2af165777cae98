using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Detection.Cropping;
using Fer.Core.Detection.Detectors;

namespace Fer.Train;

/// <summary>Notices photographs among what should be face crops.</summary>
internal static class CropWarning
{
    /// <summary>What to do about them.</summary>
    public const string Advice = "fer-train crop --data PHOTOS --out FACES cuts the faces out";

    // Of a dataset, chosen evenly: a detector takes some milliseconds for each large image.
    private const int Sample = 60;

    /// <summary>The images that do not look like face crops, by path.</summary>
    /// <param name="paths">The images.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyDictionary<string, NoCrop> Check(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        using var detector = Detector();
        var check = new CropCheck(detector);
        var found = new Dictionary<string, NoCrop>(StringComparer.Ordinal);
        using var progress = new ProgressLine();
        var cropped = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (index, path) in paths.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!IsCropped(path, cropped) && check.Of(path) is { } problem)
            {
                found[path] = problem;
            }

            progress.ShowTimeLeft((index + 1.0) / paths.Count, "crops");
        }

        return found;
    }

    /// <summary>Warns if a sample of the training images looks like photographs.</summary>
    /// <param name="paths">The training images.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static void Say(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var step = Math.Max(1, paths.Count / Sample);
        string[] sample = [.. paths.Where((_, index) => index % step == 0)];
        var found = Check(sample, cancellation);
        if (2 * found.Count > sample.Length)
        {
            Messages.Warn($"{found.Count} of {sample.Length} sampled images do not look like face crops ({found.Values.Count(reason => reason == NoCrop.NotSquare)} are not square, {found.Values.Count(reason => reason == NoCrop.SmallFace)} have a small face, {found.Values.Count(reason => reason == NoCrop.NoFace)} none), and training squeezes whole images: {Advice}");
        }
    }

    /// <summary>Whether <c>fer-train crop</c> wrote the image: without its surroundings, the detector may no longer find the face.</summary>
    private static bool IsCropped(string path, Dictionary<string, bool> known)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null)
        {
            return false;
        }

        if (!known.TryGetValue(folder, out var isCropped))
        {
            isCropped = CropCommand.Wrote(folder) || IsCropped(folder, known);
            known[folder] = isCropped;
        }

        return isCropped;
    }

    /// <summary>The installed detector; null where there is none, which must not keep anybody from training.</summary>
    private static IFaceDetector? Detector()
    {
        try
        {
            return FaceDetectors.Open(new DetectorRequest(), isStill: true, _ => { }, _ => { });
        }
        catch (FerException)
        {
            return null;
        }
    }
}
