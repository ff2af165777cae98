using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Tests.Support;

/// <summary>Simple drawings in the place of faces: each label has a shape of its own, each image its own noise.</summary>
internal static class DrawnFaces
{
    public static FaceDataset Dataset(int labels, int perLabel, int size = 48, ulong seed = 1)
    {
        var names = new LabelSet(Enumerable.Range(0, labels).Select(label => $"label{label}"));
        var count = labels * perLabel;
        var pixels = new byte[count * size * size];
        for (var i = 0; i < count; i++)
        {
            Draw(i % labels, size, CounterRandom.For(seed, i), pixels.AsSpan(i * size * size, size * size));
        }

        return new FaceDataset(names, size, pixels, [.. Enumerable.Range(0, count).Select(i => i % labels)], [.. Enumerable.Range(0, count).Select(i => $"{i}.png")]);
    }

    /// <summary>Writes PNG files in the layout <c>split/label/NNN.png</c>.</summary>
    public static void WriteFolder(string folder, string split, int labels, int perLabel, int size = 48, ulong seed = 1)
    {
        var dataset = Dataset(labels, perLabel, size, seed);
        for (var i = 0; i < dataset.Count; i++)
        {
            var directory = Directory.CreateDirectory(System.IO.Path.Combine(folder, split, dataset.Labels[dataset.Targets[i]])).FullName;
            using var image = Mat.FromPixelData(size, size, MatType.CV_8UC1, dataset.Face(i).ToArray());
            Cv2.ImWrite(System.IO.Path.Combine(directory, $"{i:000}.png"), image);
        }
    }

    /// <summary>A bright bar whose angle says the label, on gray noise.</summary>
    private static void Draw(int label, int size, CounterRandom random, Span<byte> pixels)
    {
        var angle = Math.PI * label / 8;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var (u, v) = (x - size / 2.0, y - size / 2.0);
                var bar = Math.Abs(u * Math.Sin(angle) - v * Math.Cos(angle)) < size / 10.0;
                pixels[y * size + x] = (byte)((bar ? 160 : 40) + random.Next(60));
            }
        }
    }
}
