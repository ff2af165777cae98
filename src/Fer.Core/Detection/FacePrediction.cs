using Fer.Core.Detection.Detectors;
using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>The prediction for one face in one frame.</summary>
/// <param name="TrackId">Stays the same for a face from frame to frame; the first is 1.</param>
/// <param name="Box">The bounding box in pixels, clipped to the image.</param>
/// <param name="Label">Index of the displayed label: the most probable one, with hysteresis.</param>
/// <param name="Probabilities">One per label, from this frame alone; for a predicted box, those of the last detection.</param>
/// <param name="Smoothed">One per label, smoothed over time.</param>
/// <param name="IsPredicted">
/// The detector missed the face in this frame, and the track predicts its box. Predicted boxes keep the display from
/// flickering; they are not detections, so JSON and CSV leave them out.
/// </param>
/// <param name="Score">How sure the detector is, 0 to 1; null if it does not say, and for a predicted box.</param>
/// <param name="Landmarks">Eyes, nose and mouth; null if the detector does not locate them, and for a predicted box.</param>
public sealed record FacePrediction(
    int TrackId,
    Rect Box,
    int Label,
    IReadOnlyList<float> Probabilities,
    IReadOnlyList<float> Smoothed,
    bool IsPredicted = false,
    float? Score = null,
    FaceLandmarks? Landmarks = null)
{
    /// <summary>Whether <see cref="Confidence"/> is below the least that was asked for, so that no label is shown or written.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>The box of this frame's detection, which the smoothed one lags behind if the face moves; null for a predicted box.</summary>
    internal Rect? Detected { get; init; }

    /// <summary>Clockwise rotation of the head in degrees; 0 if it is unknown.</summary>
    internal double Roll { get; init; }

    /// <summary>The smoothed probability of the displayed label.</summary>
    public float Confidence => Smoothed[Label];
}
