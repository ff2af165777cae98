using Fer.Core.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>The exponential moving average of a network's parameters, in a second network.</summary>
internal sealed class ExponentialMovingAverage(EmotionNetwork network, EmotionNetwork average, double decay)
{
    private readonly (Parameter Source, Parameter Target)[] _pairs = [.. network.parameters().Zip(average.parameters())];

    /// <summary>The network that holds the average.</summary>
    public EmotionNetwork Network => average;

    /// <summary>Takes the parameters of a step into the average; early steps weigh more, so that the start is forgotten.</summary>
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
