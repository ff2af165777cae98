using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Data.Samples;
using Fer.Core.Evaluation;
using Fer.Core.Inference;
using Fer.Core.Model;

namespace Fer.Core.Tests.Evaluation;

// The random weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class LabelErrorsTests
{
    [Fact]
    public void Changed_labels_are_the_most_suspicious_even_with_the_features_of_a_random_network()
    {
        var faces = SampleFaces.Draw(perLabel: 30, seed: 2);
        int[] changed = [3, 40, 77, 101, 150, 199];
        var targets = (int[])faces.Targets.Clone();
        Array.ForEach(changed, image => targets[image] = (targets[image] + 3) % faces.Labels.Count);

        var ranked = LabelErrors.Rank(Wide(), faces with { Targets = targets }, [.. Enumerable.Range(0, faces.Count)], cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, faces.Count), ranked.Select(label => label.Image).Order());
        var first = ranked.Take(12).Select(label => label.Image).Intersect(changed).Count();
        Assert.True(first >= 5, $"{first} of {changed.Length} among the first 12");
    }

    [Fact]
    public void The_features_of_an_ensemble_are_those_of_one_member()
    {
        var member = TinyNetwork.Checkpoint();
        var ensemble = CheckpointEnsemble.Of([member, member], [1, 2]);

        Assert.Equal(8, FaceFeatures.Of(ensemble).Labels.Count);
        Assert.Equal(8, FaceFeatures.Of(member).Labels.Count);
    }

    /// <summary>Random weights, but enough channels to tell the labels apart.</summary>
    private static Checkpoint Wide()
    {
        var architecture = new EmotionNetArchitecture { Stem = 16, Stages = [32, 96] };
        TorchSharp.torch.manual_seed(1);
        using var network = architecture.Build(SampleFaces.Labels.Count, SampleFaces.Size);
        return new Checkpoint(architecture, SampleFaces.Labels, Preprocessing.UnitRange, new Dictionary<string, double>(), StateDictionary.Capture(network));
    }
}
