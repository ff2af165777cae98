using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>
/// One image on its way through the stages. The loop owns a handful of frames and reuses them: a consumer reads a frame
/// before it returns, and copies what it wants to keep.
/// </summary>
public sealed class Frame : IDisposable
{
    /// <summary>The image: 8 bits per channel, gray or BGR.</summary>
    public Mat Image { get; } = new();

    /// <summary>Position in the source, from 0; skipped frames leave gaps.</summary>
    public long Number { get; internal set; }

    /// <summary>Position in a video file, or time since the first frame of a live source; zero for a still image.</summary>
    public TimeSpan Time { get; internal set; }

    /// <summary>When a live source captured the frame; null for files.</summary>
    public DateTimeOffset? TakenAt { get; internal set; }

    /// <summary>The file, device or address that the frame comes from.</summary>
    public string Source { get; internal set; } = "";

    /// <summary>The place of the file in the input, from 0; null for a live source.</summary>
    public long? File { get; internal set; }

    /// <summary>One line that says why the file cannot be read: the frame then has neither image nor faces; null for every other frame.</summary>
    public string? Failure { get; internal set; }

    /// <summary>Whether this is a single image, which is not tracked from the one before.</summary>
    public bool IsStill { get; internal set; }

    /// <summary>Frames per second of the video that the frame belongs to; 0 if unknown.</summary>
    public double FramesPerSecond { get; internal set; }

    /// <summary>The part of the input that has been read with this frame, 0..1; 0 if unknown.</summary>
    public double Progress { get; internal set; }

    /// <summary>The faces, filled in by <see cref="EmotionPipeline"/>.</summary>
    public IReadOnlyList<FacePrediction> Faces { get; internal set; } = [];

    /// <summary>The faces that the detector found in this frame, without those whose box is only predicted.</summary>
    public IEnumerable<FacePrediction> DetectedFaces => Faces.Where(face => !face.IsPredicted);

    /// <summary>Frames of a live source that newer ones replaced before they were processed, up to this one.</summary>
    public long Dropped { get; internal set; }

    /// <summary>What <see cref="EmotionPipeline.Detect"/> hands to <see cref="EmotionPipeline.Classify(Frame)"/>.</summary>
    internal List<TrackedBox> TrackedBoxes { get; } = [];

    /// <summary>The size of the image in bytes, as <see cref="ImageMemory"/> counts it.</summary>
    internal long Bytes { get; set; }

    /// <summary>The timestamp of <see cref="System.Diagnostics.Stopwatch"/> at which the frame arrived.</summary>
    internal long ArrivedAt { get; set; }

    /// <summary>Describes the image that a source has just written to <see cref="Image"/>. Sources call it once per frame.</summary>
    /// <param name="number">Position in the source, from 0.</param>
    /// <param name="time">Position in a video file, or time since the first frame of a live source.</param>
    /// <param name="source">The file, device or address.</param>
    /// <param name="takenAt">When a live source captured it; null for files.</param>
    /// <param name="isStill">Whether it is a single image, which is not tracked from the one before.</param>
    public void Fill(long number, TimeSpan time, string source, DateTimeOffset? takenAt = null, bool isStill = false)
    {
        Number = number;
        Time = time;
        Source = source;
        TakenAt = takenAt;
        IsStill = isStill;
        FramesPerSecond = 0;
        Progress = 0;
        File = takenAt is null ? 0 : null;
        Failure = null;
    }

    /// <summary>Stands for a file that cannot be read.</summary>
    /// <param name="number">Its place in the input, from 0.</param>
    /// <param name="source">The file.</param>
    /// <param name="failure">One line that says why.</param>
    internal void Fail(long number, string source, string failure)
    {
        Fill(number, TimeSpan.Zero, source, isStill: true);
        Failure = failure;
    }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}

/// <summary>A track's bounding box in one frame.</summary>
/// <param name="Track">The track.</param>
/// <param name="Box">In pixels, clipped to the image.</param>
/// <param name="Detected">The detection; null if the detector missed the face in this frame.</param>
internal sealed record TrackedBox(Track Track, Rect Box, DetectedFace? Detected)
{
    /// <summary>Whether the box is only predicted.</summary>
    public bool IsPredicted => Detected is null;
}
