using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>A network from normalized faces to one logit per label.</summary>
public abstract class EmotionNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The number format of convolutions and dense layers. Parameters stay float32.</summary>
    public virtual Precision Precision { get; set; }

    /// <summary>Where dropout takes its masks from while training.</summary>
    public DropoutMasks Masks { get; } = new();

    /// <summary><c>[batch, 1, size, size]</c>, float32, normalized, to <c>[batch, labels]</c>, float32 logits.</summary>
    public abstract override Tensor forward(Tensor input);

    /// <summary>
    /// Prepares a trained network for answering only: batch norm goes into the weights, and weights are kept in the
    /// number format of the computation. A change of <see cref="Precision"/> or of a parameter has no effect afterwards.
    /// </summary>
    public abstract void FuseForInference();
}
