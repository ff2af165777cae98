using Fer.Core;
using Fer.Core.Detection.Cropping;

namespace Fer.Train;

/// <summary>Photographs without any face crop, which is no success: nothing can be trained on them.</summary>
internal static class CropFailure
{
    /// <param name="images">All photographs.</param>
    /// <param name="hasYuNet">Whether YuNet looked for the faces, not the cascade.</param>
    /// <exception cref="FerException">None has a face.</exception>
    public static void Check(IReadOnlyList<CroppedImage> images, bool hasYuNet)
    {
        if (images.Any(image => image.Crops.Count > 0))
        {
            return;
        }

        CroppedImage[] unreadable = [.. images.Where(image => image.Problem is not null)];
        var readable = images.Count - unreadable.Length;
        if (readable == 0)
        {
            throw new FerException($"none of {Photographs(images.Count)} can be read; the first is {unreadable[0].Path}: {unreadable[0].Problem}");
        }

        var others = unreadable.Length == 0 ? "" : $" ({unreadable.Length:N0} more cannot be read, the first is {unreadable[0].Path})";
        var causes = hasYuNet
            ? "too small (--min-face) or turned upside down"
            : "too small (--min-face) or turned: YuNet finds more, fer-detect get-detector installs it";
        throw new FerException($"no face found in {Photographs(readable)}{others}; faces may be {causes}");
    }

    private static string Photographs(int count) => $"{count:N0} {(count == 1 ? "photograph" : "photographs")}";
}
