using OpenCvSharp;

namespace Fer.Core.Detection.Detectors;

/// <summary>A face that YuNet's network found, in pixels of the network's input.</summary>
/// <param name="Box">The bounding box.</param>
/// <param name="Landmarks">The five points.</param>
/// <param name="Score">0..1.</param>
internal sealed record YuNetFace(Rect2f Box, FaceLandmarks Landmarks, float Score);
