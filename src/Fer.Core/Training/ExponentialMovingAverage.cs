using Fer.Core.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>The exponential moving average (EMA) of a network's parameters, kept in a second network.</summary>
/// <param name="network">The network being trained.</param>
/// <param name="average">A copy of it, which becomes the average.</param>
/// <param name="decay">What a step keeps of the average, 0..1.</param>
internal sealed class ExponentialMovingAverage(EmotionNetwork network, EmotionNetwork average, double decay)
{
    private readonly (Parameter Source, Parameter Target)[] _pairs = [.. network.parameters().Zip(average.parameters())];

    /// <summary>The network that holds the average; its batch-norm statistics are not averaged.</summary>
    public EmotionNetwork Network => average;

    /// <summary>Updates the average after a step. The decay is smaller in early steps, so that the initial weights are soon forgotten.</summary>
    /// <param name="step">1 for the first.</param>
    public void Update(long step)
    {
        using var guard = no_grad();
        using var weight = tensor((float)(1 - Math.Min(decay, (1.0 + step) / (10.0 + step))));
        foreach (var (source, target) in _pairs)
        {
            target.lerp_(source, weight);
        }
    }
}
