namespace Fer.Core.Inference;

/// <summary>A trained network that answers. Not for several threads at once.</summary>
public interface IInferenceEngine : IDisposable
{
    /// <summary>Faces of 48x48 pixels that a forward pass of a whole data set takes best.</summary>
    int BatchSize { get; }

    /// <summary>One forward pass.</summary>
    /// <param name="pixels"><c>[faces, 1, size, size]</c>, gray, 0..255.</param>
    /// <param name="faces">How many faces there are.</param>
    /// <returns><c>[faces, labels]</c>, logits before the temperature; valid until the next call.</returns>
    ReadOnlySpan<float> Logits(ReadOnlySpan<float> pixels, int faces);
}
