using System.Numerics;
using System.Numerics.Tensors;

namespace Fer.Core.Data;

/// <summary>
/// Images that show nearly the same: copies in another size or compression, and consecutive frames of a video. Perceptual
/// hashes find candidates, the correlation of their pixels decides.
/// </summary>
public static class NearDuplicates
{
    // Of 64 bits. Two different faces differ in about 20.
    private const int MostBits = 10;

    // Of 24x24 pixels, which blur noise and compression. On FER2013 the groups above it are one image in several
    // compressions, with or without a watermark; the largest has 22 images.
    private const int ComparedSide = 24;
    private const double LeastCorrelation = 0.97;

    /// <summary>Joins near-identical images; identical images too.</summary>
    /// <param name="faces">The images.</param>
    /// <param name="sets">Joins the indices of the images.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>How many images are near-identical to another one.</returns>
    internal static int Join(FaceDataset faces, DisjointSets sets, CancellationToken cancellation = default)
    {
        var hashes = new ulong[faces.Count];
        var pixels = new float[faces.Count][];
        Workers.For(faces.Count, face =>
        {
            hashes[face] = PerceptualHash.Of(faces.Face(face), faces.Size);
            pixels[face] = Standardized(PerceptualHash.Reduced(faces.Face(face), faces.Size, ComparedSide, ComparedSide));
        }, cancellation);

        // The pairs themselves are not kept: thousands of copies of one image have millions.
        var isPaired = new bool[faces.Count];
        var turn = new Lock();
        Workers.For(faces.Count, first =>
        {
            var found = new List<int>();
            for (var second = first + 1; second < hashes.Length; second++)
            {
                if (BitOperations.PopCount(hashes[first] ^ hashes[second]) <= MostBits && AreAlike(pixels[first], pixels[second]))
                {
                    found.Add(second);
                }
            }

            lock (turn)
            {
                isPaired[first] |= found.Count > 0;
                foreach (var second in found)
                {
                    isPaired[second] = true;
                    sets.Join(first, second);
                }
            }
        }, cancellation);
        return isPaired.Count(paired => paired);
    }

    /// <summary>The group of each image: near-identical images, and those near-identical to them, share one.</summary>
    /// <param name="faces">The images.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static int[] Groups(FaceDataset faces, CancellationToken cancellation = default)
    {
        var sets = new DisjointSets(faces.Count);
        Join(faces, sets, cancellation);
        return sets.ToArray();
    }

    private static bool AreAlike(float[] one, float[] other)
    {
        var correlation = TensorPrimitives.Dot<float>(one, other);
        // Flat images have no correlation; they are like each other, whatever their brightness.
        return correlation >= LeastCorrelation || one.AsSpan().SequenceEqual(other);
    }

    /// <summary>Mean 0 and length 1, so that the product of two is their correlation; zero for a flat image.</summary>
    private static float[] Standardized(float[] values)
    {
        TensorPrimitives.Subtract(values, TensorPrimitives.Sum<float>(values) / values.Length, values);
        var length = TensorPrimitives.Norm<float>(values);
        TensorPrimitives.Divide(values, Math.Max(length, 1e-3f), values);
        return values;
    }
}
