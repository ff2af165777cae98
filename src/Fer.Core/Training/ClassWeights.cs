using Fer.Core.Data;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>Weights of the loss that let rare classes count as much as frequent ones.</summary>
internal static class ClassWeights
{
    /// <summary><c>images / (labels * images of the label)</c>: 1 for every label where all are equally frequent.</summary>
    /// <returns><c>[labels]</c>, float32, on the CPU; the weighted images sum to the number of images.</returns>
    public static Tensor InverseCounts(FaceDataset dataset)
    {
        var counts = new int[dataset.Labels.Count];
        foreach (var label in dataset.Targets)
        {
            counts[label]++;
        }

        return tensor(Array.ConvertAll(counts, count => (float)dataset.Count / (counts.Length * Math.Max(1, count))));
    }
}
