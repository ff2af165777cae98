namespace Fer.Core.Inference;

/// <summary>Runs a trained network. Not thread-safe.</summary>
public interface IInferenceEngine : IDisposable
{
    /// <summary>The fastest batch size for a whole dataset of 48x48 pixels.</summary>
    int BatchSize { get; }

    /// <summary>One forward pass.</summary>
    /// <param name="pixels"><c>[faces, 1, size, size]</c>, grayscale, 0..255.</param>
    /// <param name="faces">The number of faces.</param>
    /// <returns><c>[faces, labels]</c>, logits before temperature scaling; valid until the next call.</returns>
    ReadOnlySpan<float> Logits(ReadOnlySpan<float> pixels, int faces);
}
