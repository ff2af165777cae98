using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
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

    /// <summary>Refuses numbers of a file that no training leaves; the file may be anybody's.</summary>
    /// <exception cref="FerException">A number is out of range.</exception>
    internal virtual void RejectInvalidWeights()
    {
    }

    /// <summary>Adds what <see cref="forward"/> does in evaluation mode to a graph.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="prefix">Stands before every name of the state dictionary: <c>""</c>, or <c>"members.0.network."</c>.</param>
    /// <param name="input">The name of the normalized faces.</param>
    /// <returns>The name of the logits.</returns>
    internal abstract string Describe(NetworkGraph graph, string prefix, string input);
}
