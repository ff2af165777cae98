namespace Fer.Core.Model;

/// <summary>The network of the Keras tutorial; it has no hyperparameters.</summary>
public sealed record ClassicArchitecture : Architecture
{
    private const int InputSize = 48;

    /// <inheritdoc/>
    public override string Name => "classic";

    /// <inheritdoc/>
    public override OrderedDictionary<string, object?> Hyperparameters => [];

    /// <inheritdoc/>
    public override long ConvolutionWeights => 9 * (128 + 128 * 256 + 256 * 512 + 512 * 512);

    /// <inheritdoc/>
    public override Architecture WithHyperparameters(HyperparameterReader reader) => this;

    /// <inheritdoc/>
    public override EmotionNetwork Build(int labels, int size)
    {
        if (size != InputSize)
        {
            throw new FerException($"the architecture '{Name}' takes {InputSize}x{InputSize} pixels, not {size}x{size}");
        }

        return new ClassicNet(labels);
    }
}
