using System.IO.Hashing;

namespace Fer.Core.Data;

/// <summary>Which images of a dataset stay on one side of a split: identical ones always, others by choice.</summary>
/// <param name="Groups">The group of each image.</param>
/// <param name="NearDuplicates">How many images are near-identical to another one of their group; 0 if nobody looked.</param>
/// <param name="Named">How many groups the user named; 0 if none.</param>
/// <param name="Ungrouped">How many images are in none of these groups; 0 if the user named none.</param>
internal sealed record KeptTogether(int[] Groups, int NearDuplicates, int Named, int Ungrouped)
{
    /// <param name="faces">The images.</param>
    /// <param name="root">The data folder.</param>
    /// <param name="named">The groups of the user; null for none.</param>
    /// <param name="similar">Whether near-identical images belong together.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="FerException">No image is in a group of the user.</exception>
    public static KeptTogether Of(FaceDataset faces, string root, ImageGroups? named, bool similar, CancellationToken cancellation)
    {
        var sets = new DisjointSets(faces.Count);
        Join(sets, faces.Count, face => XxHash128.HashToUInt128(faces.Face(face)));
        var nearDuplicates = similar ? Data.NearDuplicates.Join(faces, sets, cancellation) : 0;
        if (named is null)
        {
            return new KeptTogether(sets.ToArray(), nearDuplicates, 0, 0);
        }

        string?[] names = [.. faces.Paths.Select(path => named.Of(root, path))];
        if (Array.TrueForAll(names, name => name is null))
        {
            throw new FerException($"--group matches no image; the path of the first is {Path.GetRelativePath(root, faces.Paths[0])}");
        }

        var count = Join(sets, faces.Count, face => names[face]);
        return new KeptTogether(sets.ToArray(), nearDuplicates, count, names.Count(name => name is null));
    }

    /// <summary>Joins the images that have the same key.</summary>
    /// <returns>The number of keys.</returns>
    private static int Join<T>(DisjointSets sets, int count, Func<int, T?> keyOf)
    {
        var first = new Dictionary<object, int>();
        for (var image = 0; image < count; image++)
        {
            if (keyOf(image) is { } key && !first.TryAdd(key, image))
            {
                sets.Join(first[key], image);
            }
        }

        return first.Count;
    }
}
