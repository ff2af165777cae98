using Fer.Core.Data;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>What lets rare labels count as much as frequent ones in the loss.</summary>
internal static class ClassWeights
{
    /// <summary><c>images / (labels * images of the label)</c>: 1 for every label where all are equally frequent.</summary>
    /// <returns><c>[labels]</c>, float32, on the CPU; the weighted images sum to the number of images.</returns>
    public static Tensor InverseCounts(FaceDataset dataset)
    {
        var counts = dataset.CountByLabel();
        return tensor(Array.ConvertAll(counts, count => (float)dataset.Count / (counts.Length * Math.Max(1, count))));
    }

    /// <summary>The logarithm of each label's share of the images; a label without images counts as having one.</summary>
    /// <returns><c>[labels]</c>, float32, on the CPU.</returns>
    public static Tensor LogFrequencies(FaceDataset dataset) =>
        tensor(Array.ConvertAll(dataset.CountByLabel(), count => (float)Math.Log(Math.Max(1.0, count) / dataset.Count)));
}
