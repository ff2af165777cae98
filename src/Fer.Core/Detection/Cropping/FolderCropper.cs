using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Detection.Cropping;

/// <summary>Cuts the faces out of all images of a folder; the folders inside, such as labels and splits, stay as they are.</summary>
/// <param name="cropper">Finds and cuts the faces.</param>
public sealed class FolderCropper(FaceCropper cropper)
{
    private static readonly FacePreprocessor Preprocessor = new(Preprocessing.UnitRange);

    /// <summary>Writes each face as a grayscale PNG of its own resolution.</summary>
    /// <param name="photographs">The folder of images.</param>
    /// <param name="output">An existing folder for the crops.</param>
    /// <param name="progress">Receives the part of the images that is done, 0..1, and the current one.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Every image, in the order of the paths.</returns>
    /// <exception cref="FerException">The folder has no images, or a crop cannot be written.</exception>
    public IReadOnlyList<CroppedImage> Crop(string photographs, string output, Action<double, string> progress, CancellationToken cancellation)
    {
        var files = ImageTree.Of(photographs, ignoreInaccessible: false).Images;
        if (files.Count == 0)
        {
            throw new FerException($"no images in the folder {photographs}; JPEG, PNG, BMP, GIF, TIFF, WebP and PNM are supported");
        }

        string[] names = [.. files.Select(file => Path.GetRelativePath(photographs, file))];
        // Of a.jpg and a.png in one folder, the crops keep the extension in their names.
        var shared = names.GroupBy(WithoutExtension, StringComparer.Ordinal).Where(group => group.Skip(1).Any()).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var images = new List<CroppedImage>();
        foreach (var (file, name) in files.Zip(names))
        {
            cancellation.ThrowIfCancellationRequested();
            var stem = WithoutExtension(name);
            images.Add(CropImage(file, name, shared.Contains(stem) ? name : stem, output, taken));
            progress((double)images.Count / files.Count, name);
        }

        return images;
    }

    private CroppedImage CropImage(string file, string name, string stem, string output, HashSet<string> taken)
    {
        if (!TryDecode(file, out var image, out var problem))
        {
            return new CroppedImage(name, [], problem);
        }

        using (image)
        {
            var faces = cropper.Find(image);
            var crops = new List<WrittenCrop>();
            foreach (var (index, face) in faces.Index())
            {
                using var crop = FaceCropper.Cut(image, face);
                var path = FreeName(faces.Count == 1 ? stem : $"{stem}-{index + 1}", taken);
                ImageFile.Write(Path.Combine(output, path), crop);
                var input = new byte[Preprocessor.Size * Preprocessor.Size];
                Preprocessor.Crop(crop, new Rect(0, 0, face.Box.Width, face.Box.Height), input);
                crops.Add(new WrittenCrop(path, face, input));
            }

            return new CroppedImage(name, crops, null);
        }
    }

    /// <summary>The first face of a.jpg and the only one of a-1.jpg would both be a-1.png.</summary>
    private static string FreeName(string stem, HashSet<string> taken)
    {
        var path = $"{stem}.png";
        for (var number = 2; !taken.Add(path); number++)
        {
            path = $"{stem}_{number}.png";
        }

        return path;
    }

    private static bool TryDecode(string file, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Mat? image, out string? problem)
    {
        image = null;
        try
        {
            return ImageDecoder.TryDecode(InputFile.Read(file, File.ReadAllBytes), out image, out problem);
        }
        catch (FerException failure)
        {
            problem = failure.Message;
            return false;
        }
    }

    private static string WithoutExtension(string name) => Path.ChangeExtension(name, null);
}
