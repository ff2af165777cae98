namespace Fer.Core.Reporting;

/// <summary>An image of a grid.</summary>
/// <param name="Pixels">Network input, row-major: grayscale and normalized, any square size.</param>
/// <param name="Label">Its true label.</param>
/// <param name="Predicted">The predicted label; null if there is no prediction.</param>
/// <param name="Confidence">Confidence of the prediction, 0..1.</param>
public sealed record SampleFace(float[] Pixels, string Label, string? Predicted = null, double Confidence = 0);
