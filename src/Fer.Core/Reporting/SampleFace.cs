namespace Fer.Core.Reporting;

/// <summary>A face of a grid.</summary>
/// <param name="Pixels">Gray, row by row, 0..255, any square size; augmentation may go beyond this range.</param>
/// <param name="Label">Its true label.</param>
/// <param name="Predicted">The predicted label; null without a prediction.</param>
/// <param name="Confidence">Of the prediction, 0..1.</param>
public sealed record SampleFace(float[] Pixels, string Label, string? Predicted = null, double Confidence = 0)
{
    /// <summary>A face as it is stored, without augmentation.</summary>
    /// <param name="pixels">Gray, row by row, any square size.</param>
    /// <param name="label">Its true label.</param>
    /// <param name="predicted">The predicted label; null without a prediction.</param>
    /// <param name="confidence">Of the prediction, 0..1.</param>
    public SampleFace(ReadOnlySpan<byte> pixels, string label, string? predicted = null, double confidence = 0)
        : this(Array.ConvertAll(pixels.ToArray(), pixel => (float)pixel), label, predicted, confidence)
    {
    }
}
