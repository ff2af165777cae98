namespace Fer.Core.Reporting;

/// <summary>A face of a grid.</summary>
/// <param name="Pixels">Network input, row by row: gray and normalized, any square size.</param>
/// <param name="Label">Its true label.</param>
/// <param name="Predicted">What the network took it for; null where it was not asked.</param>
/// <param name="Confidence">Of the prediction, 0..1.</param>
public sealed record SampleFace(float[] Pixels, string Label, string? Predicted = null, double Confidence = 0);
