namespace Fer.Core.Detection.Detectors;

/// <summary>Parameters of the cascade, named as in OpenCV's <c>detectMultiScale</c>. The defaults are those for video.</summary>
public sealed record HaarOptions
{
    /// <summary>
    /// The defaults for still images, where there is time for a finer search. Measured on 400 composed scenes: recall 0.48 with
    /// 0.4 false boxes in 50 images, against 0.46 with 0.9 by the defaults for video.
    /// </summary>
    public static HaarOptions StillImages { get; } = new() { ScaleFactor = 1.1, MinNeighbors = 4, MinFace = new FaceSize(0.05) };

    /// <summary>The cascade file; null for the one that OpenCV's packages install.</summary>
    public string? Cascade { get; init; }

    /// <summary>How much the image is reduced from one scale to the next.</summary>
    public double ScaleFactor { get; init; } = 1.2;

    /// <summary>How many neighboring candidate rectangles a face needs to be kept.</summary>
    public int MinNeighbors { get; init; } = 2;

    /// <summary>The smallest face to detect; the image is reduced as far as this size allows.</summary>
    public FaceSize MinFace { get; init; } = new(0.1);
}
