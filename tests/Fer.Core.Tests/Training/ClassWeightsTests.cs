using Fer.Core.Data;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class ClassWeightsTests
{
    [Fact]
    public void A_label_weighs_as_the_inverse_of_its_count()
    {
        int[] targets = [0, 0, 0, 0, 0, 0, 1, 1, 2];
        using var weights = ClassWeights.InverseCounts(Dataset(targets));

        Assert.Equal([0.5f, 1.5f, 3f], weights.data<float>());
        // Every label has the same total weight, and all images together weigh as many as they are.
        Assert.Equal(9f, targets.Sum(target => weights[target].item<float>()), 1e-5f);
    }

    [Fact]
    public void Equally_frequent_labels_weigh_1()
    {
        using var weights = ClassWeights.InverseCounts(Dataset([0, 1, 2, 2, 1, 0]));

        Assert.Equal([1f, 1f, 1f], weights.data<float>());
    }

    private static FaceDataset Dataset(int[] targets) =>
        new(new LabelSet(["a", "b", "c"]), 1, new byte[targets.Length], targets, Array.ConvertAll(targets, _ => "face.png"));

    [Fact]
    public void Logarithms_of_frequencies_are_those_of_the_shares()
    {
        var faces = DrawnFaces.Dataset(labels: 2, perLabel: 3, size: 16);
        using var logarithms = ClassWeights.LogFrequencies(faces.Subset([0, 1, 2, 4]));

        Assert.Equal([(float)Math.Log(0.75), (float)Math.Log(0.25)], logarithms.data<float>().ToArray());
    }
}
