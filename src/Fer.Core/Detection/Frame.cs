using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>
/// One picture on its way through the stages. The loop owns a handful of frames and uses them again and again: whoever
/// gets one reads it before returning, and copies what it wants to keep.
/// </summary>
public sealed class Frame : IDisposable
{
    /// <summary>The picture: 8 bits a channel, grey or BGR.</summary>
    public Mat Image { get; } = new();

    /// <summary>Position in the source, from 0; frames that were passed over leave gaps.</summary>
    public long Number { get; set; }

    /// <summary>Position in a video file, or time since the first picture of a live source; zero for a still picture.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>When the picture was taken by a live source; null for files.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>The file, device or address that the picture comes from.</summary>
    public string Source { get; set; } = "";

    /// <summary>Whether the picture stands alone, so that nothing is followed from the one before.</summary>
    public bool IsStill { get; set; }

    /// <summary>The faces, filled in by <see cref="FaceRecogniser"/>.</summary>
    public IReadOnlyList<FaceReading> Faces { get; set; } = [];

    /// <summary>What <see cref="FaceRecogniser.Find"/> hands to <see cref="FaceRecogniser.Read"/>.</summary>
    internal List<FoundFace> Found { get; } = [];

    /// <summary>Pictures of a live source that newer ones have replaced unseen, up to this one.</summary>
    public long Dropped { get; internal set; }

    /// <summary>The clock of <see cref="System.Diagnostics.Stopwatch"/> when the picture arrived.</summary>
    internal long ArrivedAt { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}

/// <summary>A followed face in one frame.</summary>
/// <param name="Face">Who it is.</param>
/// <param name="Box">Its visible part.</param>
/// <param name="IsHeld">Whether the detector misses it.</param>
internal sealed record FoundFace(FollowedFace Face, Rect Box, bool IsHeld);
