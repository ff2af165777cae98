namespace Fer.Core.Data;

/// <summary>
/// The preprocessing of an image: grayscale, resized to <paramref name="Size"/> x <paramref name="Size"/> pixels, then
/// <c>(pixel / 255 - Mean) / StandardDeviation</c>. It is stored in the checkpoint, so that inference repeats training.
/// </summary>
/// <param name="Size">Width and height in pixels.</param>
/// <param name="Mean">Mean of the training pixels, of values 0..1.</param>
/// <param name="StandardDeviation">Standard deviation of the training pixels, of values 0..1.</param>
public sealed record Preprocessing(int Size, double Mean, double StandardDeviation)
{
    /// <summary>48x48 pixels scaled to 0..1, as in the Keras tutorial.</summary>
    public static Preprocessing UnitRange { get; } = new(48, 0, 1);

    /// <summary>Factor for pixels of 0..255.</summary>
    internal double Scale => 1 / (255 * StandardDeviation);

    /// <summary>Subtracted after the scaling.</summary>
    internal double Shift => Mean / StandardDeviation;
}
