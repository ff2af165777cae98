using System.Globalization;
using System.Runtime.InteropServices;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;

namespace Fer.Core.Inference;

/// <summary>The features of a face: what a trained network computes before its last layer turns it into logits. They serve other labels too.</summary>
public static class FaceFeatures
{
    /// <summary>The network that gives the inputs of the last layer instead of its outputs: its last layer is the identity.</summary>
    /// <param name="checkpoint">A trained network; of an ensemble, the member with the largest weight is taken.</param>
    /// <returns>A checkpoint with a numbered label for each feature.</returns>
    /// <exception cref="FerException">The weights do not fit the architecture.</exception>
    public static Checkpoint Of(Checkpoint checkpoint)
    {
        var network = CheckpointEnsemble.Heaviest(checkpoint).Network;
        network.RequireFit();
        var (weight, bias) = ($"{network.Architecture.OutputLayer}.weight", $"{network.Architecture.OutputLayer}.bias");
        var width = (int)network.Weights[weight].Shape[1];
        var identity = new float[width * width];
        for (var feature = 0; feature < width; feature++)
        {
            identity[feature * (width + 1)] = 1;
        }

        var weights = new OrderedDictionary<string, StoredTensor>(network.Weights)
        {
            [weight] = new(StoredType.Float32, [width, width], MemoryMarshal.AsBytes<float>(identity).ToArray()),
            [bias] = new(StoredType.Float32, [width], new byte[width * sizeof(float)]),
        };
        return network with
        {
            Labels = new LabelSet(Enumerable.Range(0, width).Select(feature => feature.ToString(CultureInfo.InvariantCulture))),
            Weights = weights,
        };
    }
}
