using OpenCvSharp;

namespace Fer.Core.Data.Samples;

/// <summary>
/// The built-in sample set: synthetic faces generated from statistics of FER2013 (<c>sample-faces.bin</c>, made by
/// <c>scripts/compute-sample-faces.py</c>, which documents the file format); they show no real person. A face is the
/// mean of its label plus a random mixture of eigenfaces.
/// </summary>
public static class SampleFaces
{
    // Differences between labels are exaggerated, as in a caricature; differences between people are reduced.
    private const float Expression = 2, Variety = 0.5f, Bound = 1.6f;

    // The first eigenfaces are directions of light rather than facial features.
    private const int LightPlanes = 3;
    private const float LightVariety = 0.3f;

    private static readonly Lazy<float[][]> Planes = new(Read);

    /// <summary>The seven emotions of FER2013.</summary>
    public static LabelSet Labels => LabelSet.Fer2013;

    /// <summary>Width and height of a face in pixels.</summary>
    public const int Size = 48;

    /// <summary>A random mixture of eigenfaces: one synthetic person.</summary>
    public static float[] DrawIdentity(ref CounterRandom random)
    {
        var weights = new float[Planes.Value.Length - 1 - Labels.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (i < LightPlanes ? LightVariety : Variety) * Math.Clamp((float)random.NextGaussian(), -Bound, Bound);
        }

        return weights;
    }

    /// <summary>Renders a person with a mixture of expressions.</summary>
    /// <param name="identity">From <see cref="DrawIdentity"/>.</param>
    /// <param name="expression">The weight of each label; the weights sum to 1.</param>
    /// <param name="pixels">Receives <c>Size * Size</c> bytes, row-major.</param>
    /// <param name="contrast">Standard deviation of the gray levels.</param>
    /// <param name="brightness">The mean gray level.</param>
    public static void Render(ReadOnlySpan<float> identity, ReadOnlySpan<float> expression, Span<byte> pixels, float contrast = 52, float brightness = 128)
    {
        var planes = Planes.Value;
        var face = (float[])planes[0].Clone();
        for (var label = 0; label < expression.Length; label++)
        {
            Add(face, planes[1 + label], Expression * expression[label]);
        }

        for (var i = 0; i < identity.Length; i++)
        {
            Add(face, planes[1 + expression.Length + i], identity[i]);
        }

        var mean = face.Average();
        var deviation = MathF.Sqrt(face.Average(value => (value - mean) * (value - mean)));
        for (var i = 0; i < face.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(brightness + contrast * (face[i] - mean) / deviation, 0, 255);
        }
    }

    /// <summary>Faces of every label; equal seeds give equal faces.</summary>
    public static FaceDataset Draw(int perLabel, ulong seed) => Draw(perLabel, seed, CancellationToken.None);

    private static FaceDataset Draw(int perLabel, ulong seed, CancellationToken cancellation)
    {
        var count = perLabel * Labels.Count;
        var pixels = new byte[count * Size * Size];
        var expression = new float[Labels.Count];
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var random = CounterRandom.For(seed, i);
            var identity = DrawIdentity(ref random);
            Array.Clear(expression);
            expression[i / perLabel] = 1;
            var contrast = (float)random.NextDouble(40, 64);
            var brightness = (float)random.NextDouble(105, 150);
            Render(identity, expression, pixels.AsSpan(i * Size * Size, Size * Size), contrast, brightness);
        }

        int[] targets = [.. Enumerable.Range(0, count).Select(i => i / perLabel)];
        return new FaceDataset(Labels, Size, pixels, targets, [.. targets.Select((label, i) => $"{Labels[label]}/{i % perLabel:00000}.png")]);
    }

    /// <summary>Writes <c>train/&lt;label&gt;/*.png</c> and a quarter as many images of other people, <c>test/&lt;label&gt;/*.png</c>.</summary>
    /// <param name="folder">A folder that is empty or does not exist.</param>
    /// <param name="perLabel">Training images per label.</param>
    /// <param name="seed">Seed of the faces.</param>
    /// <param name="cancellation">Ends the work; the folder then stays empty.</param>
    /// <exception cref="FerException">The folder is not empty or cannot be written.</exception>
    public static void WriteFolder(string folder, int perLabel, ulong seed, CancellationToken cancellation = default)
    {
        OutputFolder.Fill(folder, temporary =>
        {
            WriteSplit(Path.Combine(temporary, "train"), Draw(perLabel, CounterRandom.Mix(seed, 0), cancellation), cancellation);
            WriteSplit(Path.Combine(temporary, "test"), Draw(Math.Max(1, perLabel / 4), CounterRandom.Mix(seed, 1), cancellation), cancellation);
        });
    }

    private static void WriteSplit(string folder, FaceDataset faces, CancellationToken cancellation)
    {
        for (var i = 0; i < faces.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var image = Mat.FromPixelData(Size, Size, MatType.CV_8UC1, faces.Face(i).ToArray());
            ImageFile.Write(Path.Combine(folder, faces.Paths[i]), image);
        }
    }

    private static void Add(float[] face, float[] plane, float weight)
    {
        for (var i = 0; i < face.Length; i++)
        {
            face[i] += weight * plane[i];
        }
    }

    private static float[][] Read()
    {
        using var stream = typeof(SampleFaces).Assembly.GetManifestResourceStream("sample-faces.bin")!;
        using var reader = new BinaryReader(stream);
        // "FERS", version, size, labels.
        reader.ReadBytes(16);
        var planes = new float[1 + Labels.Count + reader.ReadInt32()][];
        for (var plane = 0; plane < planes.Length; plane++)
        {
            var scale = reader.ReadSingle();
            planes[plane] = Array.ConvertAll(reader.ReadBytes(Size * Size), value => scale * (sbyte)value);
        }

        return planes;
    }
}
