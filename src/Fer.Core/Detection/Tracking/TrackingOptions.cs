namespace Fer.Core.Detection.Tracking;

/// <summary>How faces are tracked and smoothed. All times are in source time and do not depend on the frame rate.</summary>
public sealed record TrackingOptions
{
    private readonly TimeSpan? _hold;

    /// <summary>No smoothing and no predicted boxes: every frame is independent, and faces only keep their track id.</summary>
    public static TrackingOptions Raw { get; } = new() { Smoothing = TimeSpan.Zero };

    /// <summary>Time constant of the exponential smoothing of probabilities; zero disables it, and hysteresis and predicted boxes with it.</summary>
    public TimeSpan Smoothing { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>Time constant of the smoothing of boxes, which keeps the detector's jitter out of the crops.</summary>
    public TimeSpan BoxSmoothing { get; init; } = TimeSpan.FromSeconds(0.05);

    /// <summary>How much more probable another label must be to replace the displayed one.</summary>
    public double Hysteresis { get; init; } = 0.1;

    /// <summary>The least smoothed probability of a label that is shown and written, 0 to 1; below it the label stays open.</summary>
    public double MinConfidence { get; init; }

    /// <summary>How long a face that the detector misses is still displayed; not at all by default if nothing is smoothed.</summary>
    public TimeSpan Hold
    {
        get => _hold ?? (Smoothing > TimeSpan.Zero ? TimeSpan.FromSeconds(0.3) : TimeSpan.Zero);
        init => _hold = value;
    }

    /// <summary>How long a track is kept without a detection.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for a face that was leaving the image: who appears there later is another person.</summary>
    public TimeSpan MemoryOfLeaving { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The shortest interval between two slower searches (<see cref="Detectors.IFaceDetector.DetectFallback"/>) where no face is found.</summary>
    public TimeSpan FallbackInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The interval between searches of the whole image while faces are tracked.</summary>
    public TimeSpan FullSearchInterval { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>The same for faces that must stay hidden: one that the detector misses does for as long as tracks are remembered, at the edge of the image too.</summary>
    public TrackingOptions ThatHideFaces() => this with { Hold = Memory, MemoryOfLeaving = Memory };
}
