namespace Fer.Core.Data;

/// <summary>
/// How an image becomes network input: <c>(pixel / 255 - Mean) / StandardDeviation</c> on a gray square of
/// <paramref name="Size"/> pixels. It travels in the checkpoint, so that detection does what training did.
/// </summary>
/// <param name="Size">Width and height in pixels.</param>
/// <param name="Mean">Mean of the training pixels, of values 0..1.</param>
/// <param name="StandardDeviation">Standard deviation of the training pixels, of values 0..1.</param>
public sealed record Preprocessing(int Size, double Mean, double StandardDeviation)
{
    /// <summary>48x48 pixels in 0..1, as the Keras tutorial has them.</summary>
    public static Preprocessing UnitRange { get; } = new(48, 0, 1);

    /// <summary>What a pixel of 0..255 is multiplied by.</summary>
    internal double Scale => 1 / (255 * StandardDeviation);

    /// <summary>What is taken off the scaled pixel.</summary>
    internal double Shift => Mean / StandardDeviation;
}
