using OpenCvSharp;

namespace Fer.Core.Detection;

/// <summary>A face in an image.</summary>
/// <param name="Image">8 bits per channel, gray or BGR.</param>
/// <param name="Box">The bounding box in pixels, within the image.</param>
/// <param name="Roll">Clockwise rotation of the head in degrees; 0 if it is upright.</param>
internal readonly record struct FaceRegion(Mat Image, Rect Box, double Roll);
