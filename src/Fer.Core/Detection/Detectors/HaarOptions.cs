namespace Fer.Core.Detection.Detectors;

/// <summary>Parameters of the cascade, named as in OpenCV's <c>detectMultiScale</c>.</summary>
public sealed record HaarOptions
{
    /// <summary>The default <see cref="MinFace"/> for still images, where there is time for a finer search.</summary>
    public static FaceSize StillImageMinFace { get; } = new(0.05);

    /// <summary>The cascade file; null for the one that OpenCV's packages install.</summary>
    public string? Cascade { get; init; }

    /// <summary>How much the image is reduced from one scale to the next.</summary>
    public double ScaleFactor { get; init; } = 1.2;

    /// <summary>How many neighboring candidate rectangles a face needs to be kept.</summary>
    public int MinNeighbors { get; init; } = 2;

    /// <summary>The smallest face to detect; the image is reduced as far as this size allows.</summary>
    public FaceSize MinFace { get; init; } = new(0.1);
}
