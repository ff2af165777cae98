using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>A network from normalized faces to one logit per label.</summary>
public abstract class EmotionNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The precision of convolutions and linear layers. Parameters stay float32.</summary>
    public virtual Precision Precision { get; set; }

    /// <summary>The source of dropout masks during training.</summary>
    public DropoutMasks Masks { get; } = new();

    /// <summary><c>[batch, 1, size, size]</c>, float32, normalized, to <c>[batch, labels]</c>, float32 logits.</summary>
    public abstract override Tensor forward(Tensor input);

    /// <summary>
    /// Prepares a trained network for inference: batch norm is folded into the convolutions, and weights are converted
    /// to <see cref="Precision"/>. Later changes of the precision or of a parameter have no effect.
    /// </summary>
    public abstract void FuseForInference();
}
