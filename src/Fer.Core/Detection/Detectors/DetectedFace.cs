using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>A face that a detector found.</summary>
/// <param name="Box">The bounding box in pixels, within the image.</param>
/// <param name="Score">How sure the detector is, 0 to 1; null if it does not say.</param>
/// <param name="Landmarks">Eyes, nose and mouth; null if the detector does not locate them.</param>
/// <param name="Roll">Clockwise rotation of the head in the image plane, in degrees; 0 if it is unknown.</param>
public sealed record DetectedFace(Rect Box, float? Score = null, FaceLandmarks? Landmarks = null, double Roll = 0);
