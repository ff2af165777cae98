namespace Fer.Core.Reporting;

/// <summary>A face of a grid.</summary>
/// <param name="Pixels">Gray, row by row, 0..255, any square size; augmentation may go beyond this range.</param>
/// <param name="Label">Its true label.</param>
/// <param name="Predicted">The predicted label; null without a prediction.</param>
/// <param name="Confidence">Of the prediction, 0..1.</param>
public sealed record SampleFace(float[] Pixels, string Label, string? Predicted = null, double Confidence = 0);
