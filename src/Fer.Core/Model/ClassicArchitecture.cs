namespace Fer.Core.Model;

/// <summary>The network of the Keras tutorial; it has no numbers to choose.</summary>
public sealed record ClassicArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "classic";

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Numbers => [];

    /// <inheritdoc/>
    public override long ConvolutionWeights => 9 * (128 + 128 * 256 + 256 * 512 + 512 * 512);

    /// <inheritdoc/>
    public override Architecture With(HyperparameterReader numbers) => this;

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size) => size == 48
        ? new ClassicNet(labels)
        : throw new FerException($"the architecture 'classic' takes 48x48 pixels, not {size}x{size}");
}
