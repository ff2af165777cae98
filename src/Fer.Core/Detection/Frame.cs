using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>
/// One image on its way through the stages. The loop owns a handful of frames and uses them again and again: whoever
/// gets one reads it before returning, and copies what it wants to keep.
/// </summary>
public sealed class Frame : IDisposable
{
    /// <summary>The image: 8 bits a channel, gray or BGR.</summary>
    public Mat Image { get; } = new();

    /// <summary>Position in the source, from 0; frames that were passed over leave gaps.</summary>
    public long Number { get; set; }

    /// <summary>Position in a video file, or time since the first image of a live source; zero for a still image.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>When the image was taken by a live source; null for files.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>The file, device or address that the image comes from.</summary>
    public string Source { get; set; } = "";

    /// <summary>Whether the image stands alone, so that nothing is followed from the one before.</summary>
    public bool IsStill { get; set; }

    /// <summary>The faces, filled in by <see cref="EmotionPipeline"/>.</summary>
    public IReadOnlyList<FacePrediction> Faces { get; set; } = [];

    /// <summary>The faces that the detector found in this frame, without those whose box is only predicted.</summary>
    public IEnumerable<FacePrediction> DetectedFaces => Faces.Where(face => !face.IsPredicted);

    /// <summary>What <see cref="EmotionPipeline.Detect"/> hands to <see cref="EmotionPipeline.Classify"/>.</summary>
    internal List<TrackedBox> TrackedBoxes { get; } = [];

    /// <summary>Images of a live source that newer ones have replaced unseen, up to this one.</summary>
    public long Dropped { get; internal set; }

    /// <summary>The clock of <see cref="System.Diagnostics.Stopwatch"/> when the image arrived.</summary>
    internal long ArrivedAt { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}

/// <summary>A track's bounding box in one frame.</summary>
/// <param name="Track">The track.</param>
/// <param name="Box">In pixels, clipped to the image.</param>
/// <param name="IsPredicted">Whether the detector lost the face in this frame.</param>
internal sealed record TrackedBox(Track Track, Rect Box, bool IsPredicted);
