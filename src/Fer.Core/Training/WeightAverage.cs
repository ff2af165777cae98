using Fer.Core.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// The exponential moving average of a network's parameters, in a second network. Averaged weights need batch-norm
/// statistics of their own: those of the trained network cost up to five points of accuracy early on.
/// </summary>
internal sealed class WeightAverage(EmotionNetwork network, EmotionNetwork average, double decay)
{
    private readonly (Parameter Source, Parameter Target)[] _pairs =
        [.. network.parameters().Zip(average.parameters())];

    /// <summary>The network that holds the average.</summary>
    public EmotionNetwork Network => average;

    /// <summary>Takes the parameters of a step into the average; early steps weigh more, so that the start is forgotten.</summary>
    /// <param name="step">1 for the first.</param>
    public void Update(long step)
    {
        using var guard = no_grad();
        var weight = 1 - Math.Min(decay, (1.0 + step) / (10.0 + step));
        foreach (var (source, target) in _pairs)
        {
            target.lerp_(source, weight);
        }
    }

    /// <summary>Measures the batch-norm statistics of the averaged weights anew, as the plain mean over some batches.</summary>
    public void RefreshStatistics(IEnumerable<Tensor> inputs)
    {
        BatchNorm2d[] norms = [.. average.modules().OfType<BatchNorm2d>()];
        if (norms.Length == 0)
        {
            return;
        }

        using var guard = no_grad();
        average.train();
        var batch = 0;
        foreach (var input in inputs)
        {
            using var scope = NewDisposeScope();
            // A momentum of 1/n makes the running statistics the mean of n batches.
            batch++;
            foreach (var norm in norms)
            {
                norm.momentum = 1.0 / batch;
            }

            average.call(input);
        }

        average.eval();
    }
}
