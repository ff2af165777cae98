using Fer.Core.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Recomputes batch-norm statistics before a network is evaluated. The running statistics lag behind the weights, by far
/// in short training runs and on small datasets, and averaged weights have none of their own: up to five points of accuracy.
/// </summary>
internal static class BatchNormRecalibration
{
    /// <summary>Replaces the running statistics by their mean over images, in batches. The network is left in training mode.</summary>
    /// <param name="network">The network; it may have no batch norm at all.</param>
    /// <param name="inputs">Network inputs, <c>[batch, 1, size, size]</c> each; they are disposed of here.</param>
    public static void Refresh(EmotionNetwork network, IEnumerable<Tensor> inputs)
    {
        (BatchNorm2d Norm, double? Momentum)[] norms = [.. network.modules().OfType<BatchNorm2d>().Select(norm => (norm, norm.momentum))];
        if (norms.Length == 0)
        {
            return;
        }

        using var guard = no_grad();
        network.train();
        Array.ForEach(norms, entry => entry.Norm.reset_running_stats());
        var images = 0L;
        foreach (var input in inputs)
        {
            using var scope = NewDisposeScope();
            using var disposed = input;
            // A momentum of the batch's share makes the running statistics the mean of all images: the last batch may have few.
            images += input.shape[0];
            foreach (var (norm, _) in norms)
            {
                norm.momentum = (double)input.shape[0] / images;
            }

            network.call(input);
        }

        Array.ForEach(norms, entry => entry.Norm.momentum = entry.Momentum);
    }
}
