using System.Collections.Concurrent;
using OpenCvSharp;

namespace Fer.Core.Data;

/// <summary>A file that could not be decoded, and why.</summary>
public sealed record UnreadableImage(string Path, string Reason);

/// <summary>Grayscale face images in memory: FER2013's 28,709 training images take 66 MB.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Size">Width and height of an image in pixels.</param>
/// <param name="Pixels"><c>[face][row][column]</c>, one byte per pixel.</param>
/// <param name="Targets">Index of the label of each image.</param>
/// <param name="Paths">The file of each image.</param>
public sealed record FaceDataset(LabelSet Labels, int Size, byte[] Pixels, int[] Targets, string[] Paths)
{
    /// <summary>Number of images.</summary>
    public int Count => Targets.Length;

    /// <summary>The number of images of each label.</summary>
    public int[] CountByLabel()
    {
        var counts = new int[Labels.Count];
        foreach (var target in Targets)
        {
            counts[target]++;
        }

        return counts;
    }

    /// <summary>The pixels of an image, row-major.</summary>
    public ReadOnlySpan<byte> Face(int index) => Pixels.AsSpan(index * Size * Size, Size * Size);

    /// <summary>Decodes files in parallel. Files that are not readable images are left out and reported.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="files">The files, in the order of the dataset.</param>
    /// <param name="size">Width and height of an image in pixels.</param>
    /// <param name="unreadable">Receives the files that were left out, in the order of <paramref name="files"/>.</param>
    /// <param name="cancellation">Ends the decoding.</param>
    /// <exception cref="FerException">No file is an image, or they take more than 2 GB.</exception>
    public static FaceDataset Load(LabelSet labels, IReadOnlyList<LabeledImage> files, int size, out IReadOnlyList<UnreadableImage> unreadable, CancellationToken cancellation = default) =>
        Load(labels, files, size, _ => { }, out unreadable, cancellation);

    /// <inheritdoc cref="Load(LabelSet, IReadOnlyList{LabeledImage}, int, out IReadOnlyList{UnreadableImage}, CancellationToken)"/>
    /// <param name="labels">The classes.</param>
    /// <param name="files">The files, in the order of the dataset.</param>
    /// <param name="size">Width and height of an image in pixels.</param>
    /// <param name="progress">Receives the number of files that are decoded, from one thread at a time.</param>
    /// <param name="unreadable">Receives the files that were left out, in the order of <paramref name="files"/>.</param>
    /// <param name="cancellation">Ends the decoding.</param>
    public static FaceDataset Load(
        LabelSet labels, IReadOnlyList<LabeledImage> files, int size, Action<int> progress, out IReadOnlyList<UnreadableImage> unreadable, CancellationToken cancellation = default)
    {
        var faces = LoadReadable(labels, files, size, progress, out unreadable, cancellation);
        return faces.Count > 0 ? faces : throw NoneReadable(unreadable);
    }

    /// <summary>There are no files, or none of them is an image.</summary>
    internal static FerException NoneReadable(IReadOnlyList<UnreadableImage> files) =>
        new(files.Count == 0 ? "there are no images" : $"none of the {files.Count} files is a readable image; the first is {files[0].Path}: {files[0].Reason}");

    /// <summary>The same, but no image at all is no failure.</summary>
    /// <inheritdoc cref="Load(LabelSet, IReadOnlyList{LabeledImage}, int, Action{int}, out IReadOnlyList{UnreadableImage}, CancellationToken)"/>
    /// <exception cref="FerException">The images take more than 2 GB.</exception>
    internal static FaceDataset LoadReadable(
        LabelSet labels, IReadOnlyList<LabeledImage> files, int size, Action<int> progress, out IReadOnlyList<UnreadableImage> unreadable, CancellationToken cancellation)
    {
        var (decoded, turn) = (0, new Lock());
        var preprocessor = new FacePreprocessor(Preprocessing.UnitRange with { Size = size });
        var area = size * size;
        var pixels = new byte[MemoryFor(files.Count, size)];
        var problems = new ConcurrentDictionary<int, string>();
        Workers.For(files.Count, index =>
        {
            if (Read(files[index].Path, preprocessor, pixels.AsSpan(index * area, area)) is { } problem)
            {
                problems[index] = problem;
            }

            lock (turn)
            {
                progress(++decoded);
            }
        }, cancellation);

        unreadable = [.. problems.OrderBy(problem => problem.Key).Select(problem => new UnreadableImage(files[problem.Key].Path, problem.Value))];
        int[] kept = [.. Enumerable.Range(0, files.Count).Where(index => !problems.ContainsKey(index))];
        var all = new FaceDataset(labels, size, pixels, [.. files.Select(file => file.Label)], [.. files.Select(file => file.Path)]);
        return kept.Length == files.Count ? all : all.Subset(kept);
    }

    /// <summary>The images at the given indices, in that order.</summary>
    public FaceDataset Subset(IReadOnlyList<int> indices)
    {
        var area = Size * Size;
        var pixels = new byte[indices.Count * area];
        for (var i = 0; i < indices.Count; i++)
        {
            Face(indices[i]).CopyTo(pixels.AsSpan(i * area));
        }

        return new FaceDataset(Labels, Size, pixels, [.. indices.Select(index => Targets[index])], [.. indices.Select(index => Paths[index])]);
    }

    /// <summary>Mean and standard deviation of all pixels, of values 0..1.</summary>
    public Preprocessing MeasurePreprocessing()
    {
        var histogram = new long[256];
        foreach (var pixel in Pixels)
        {
            histogram[pixel]++;
        }

        double sum = 0, squares = 0;
        for (var value = 0; value < 256; value++)
        {
            sum += histogram[value] * (value / 255.0);
            squares += histogram[value] * (value / 255.0) * (value / 255.0);
        }

        var mean = sum / Pixels.Length;
        // Images of one flat color have no deviation: any positive value keeps the input finite.
        var deviation = Math.Sqrt(Math.Max(squares / Pixels.Length - mean * mean, 1e-6));
        return new Preprocessing(Size, mean, deviation);
    }

    /// <summary>The number of bytes of all pixels, which must fit into one array.</summary>
    private static int MemoryFor(int faces, int size)
    {
        var bytes = (long)faces * size * size;
        return bytes <= Array.MaxLength
            ? (int)bytes
            : throw new FerException($"{faces:N0} images of {size}x{size} pixels exceed the 2 GB limit of a dataset; choose a smaller --size or fewer images");
    }

    private static string? Read(string path, FacePreprocessor preprocessor, Span<byte> pixels)
    {
        if (InputFile.DescribeSpecial(path) is { } kind)
        {
            return $"it is {kind}, not a regular file";
        }

        byte[] encoded;
        try
        {
            encoded = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }

        if (!ImageDecoder.TryDecode(encoded, out var image, out var problem, preprocessor.Size))
        {
            return problem;
        }

        using (image)
        {
            preprocessor.Crop(image, new Rect(0, 0, image.Width, image.Height), pixels);
        }

        return null;
    }
}
