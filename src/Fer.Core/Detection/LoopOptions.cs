namespace Fer.Core.Detection;

/// <summary>How the loop reads its source.</summary>
public sealed record LoopOptions
{
    /// <summary>Processes one frame in this many and skips the others.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Ends after this many processed frames; null for no limit.</summary>
    public long? MaxFrames { get; init; }

    /// <summary>Flips every frame horizontally before anything else sees it.</summary>
    public bool Mirror { get; init; }
}

/// <summary>What a run of the loop did.</summary>
/// <param name="Frames">Processed frames.</param>
/// <param name="FramesWithFaces">Processed frames in which the detector found a face.</param>
/// <param name="Dropped">Frames of a live source that newer ones replaced.</param>
/// <param name="Elapsed">From the first frame's arrival to the end.</param>
public sealed record DetectionSummary(long Frames, long FramesWithFaces, long Dropped, TimeSpan Elapsed)
{
    /// <summary>Files that could not be read.</summary>
    public long Failed { get; init; }
}
