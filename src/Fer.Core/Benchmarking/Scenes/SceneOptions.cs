namespace Fer.Core.Benchmarking.Scenes;

/// <summary>The distribution of the scenes.</summary>
public sealed record SceneOptions
{
    /// <summary>Width of an image in pixels.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Height of an image in pixels.</summary>
    public int Height { get; init; } = 480;

    /// <summary>The smallest face in pixels.</summary>
    public int SmallestFace { get; init; } = 24;

    /// <summary>The largest face in pixels.</summary>
    public int LargestFace { get; init; } = 280;

    /// <summary>The largest rotation of a head in degrees; most are rotated less.</summary>
    public double MaxRoll { get; init; } = 45;

    /// <summary>Standard deviation of the roll of most heads in degrees, in addition to that of the crop.</summary>
    public double UsualRoll { get; init; } = 12;

    /// <summary>The share of images without a face.</summary>
    public double EmptyShare { get; init; } = 0.2;

    /// <summary>The largest number of faces in an image.</summary>
    public int MaxFaces { get; init; } = 3;

    /// <summary>The share of faces that something covers in part.</summary>
    public double OccludedShare { get; init; } = 0.1;

    /// <summary>The same scenes with faces as people photograph them: 60 to 220 pixels, hardly rolled, and covered only where the crop is.</summary>
    public SceneOptions AsPortraits() => this with { SmallestFace = 60, LargestFace = 220, MaxRoll = 20, UsualRoll = 6, OccludedShare = 0 };

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;
}
