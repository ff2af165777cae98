namespace Fer.Core.Detection.Tracking;

/// <summary>How faces are followed; every span is of the source's time, whatever its frame rate.</summary>
public sealed record TrackingOptions
{
    /// <summary>Nothing is smoothed and nothing is held: every frame speaks for itself, faces only keep their trackId.</summary>
    public static TrackingOptions Raw { get; } = new() { Smoothing = TimeSpan.Zero };

    /// <summary>Time constant of the exponential smoothing of probabilities; zero switches it off, and hysteresis with it.</summary>
    public TimeSpan Smoothing { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>Time constant of the smoothing of boxes, which keeps the detector's jitter out of the crops.</summary>
    public TimeSpan BoxSmoothing { get; init; } = TimeSpan.FromSeconds(0.05);

    /// <summary>Another label must be likelier than the shown one by this much to replace it.</summary>
    public double Hysteresis { get; init; } = 0.1;

    /// <summary>How long a face that the detector misses stays in view.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>How long the trackId of a face that is gone is remembered.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the whole image is searched while faces are followed.</summary>
    public TimeSpan FullSearchInterval { get; init; } = TimeSpan.FromSeconds(0.2);
}
