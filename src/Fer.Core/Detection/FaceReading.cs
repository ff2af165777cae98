using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>What one frame says of one face.</summary>
/// <param name="Identity">The same number for the same face from frame to frame, from 1.</param>
/// <param name="Box">Where it is, in pixels, inside the picture.</param>
/// <param name="Label">The index of the shown label: the likeliest, with hysteresis.</param>
/// <param name="Probabilities">One per label, from this frame alone; of a held face, those of its last sight.</param>
/// <param name="Smoothed">One per label, smoothed over time.</param>
/// <param name="IsHeld">
/// The detector missed the face in this frame and its box is predicted. Held faces keep the view from flickering; they
/// are no measurement, so that data files leave them out.
/// </param>
public sealed record FaceReading(int Identity, Rect Box, int Label, IReadOnlyList<float> Probabilities, IReadOnlyList<float> Smoothed, bool IsHeld = false)
{
    /// <summary>The smoothed probability of the shown label.</summary>
    public float Confidence => Smoothed[Label];

    /// <summary>The faces that the detector saw in a frame.</summary>
    internal static IEnumerable<FaceReading> Measured(Frame frame) => frame.Faces.Where(face => !face.IsHeld);
}
