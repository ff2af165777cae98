using Fer.Core.Checkpoints;
using Fer.Core.Export;
using Fer.Core.Inference;
using Fer.Core.Model;
using Fer.Core.Model.Layers;

namespace Fer.Core.Tests.Inference;

public sealed class InferenceEngineTests
{
    public static TheoryData<string> Networks => [.. ByName.Keys];

    private static readonly Dictionary<string, Architecture> ByName = new()
    {
        ["classic"] = new ClassicArchitecture(),
        ["emotion-net"] = new EmotionNetArchitecture(),
        ["squeeze-and-excitation"] = new EmotionNetArchitecture { Stem = 8, Stages = [16, 32], ReductionRatio = 4 },
        ["low rank"] = new EmotionNetArchitecture { Stem = 8, Stages = [16, 32], ReductionRatio = 4, Ranks = [8, 8, 0, 8, 16, 8] },
        ["average and max"] = new EmotionNetArchitecture { Stem = 8, Stages = [16, 32], Pooling = GlobalPooling.AverageAndMax },
        ["ensemble"] = new EnsembleArchitecture([new EmotionNetArchitecture { Stem = 8, Stages = [16, 32] }, new ClassicArchitecture()]),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Both_engines_give_the_same_probabilities(string name)
    {
        AssertSame(NoisyNetwork.Checkpoint(ByName[name], size: 48), faces: 5);
        AssertSame(NoisyNetwork.Checkpoint(ByName[name], size: 48, hasPositiveFactors: true), faces: 5);
    }

    [Fact]
    public void Half_precision_weights_give_the_same_probabilities_as_in_libtorch()
    {
        Checkpoint[] members = [NoisyNetwork.Checkpoint(ByName["squeeze-and-excitation"], size: 48), NoisyNetwork.Checkpoint(ByName["average and max"], size: 48)];

        AssertSame(CheckpointEnsemble.Of(members, [2, 1]) with { Temperature = 0.7 }, faces: 3, threads: 2);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_face_gets_the_same_logits_to_the_last_bit_in_a_batch_of_any_size(string name)
    {
        // A resumed run has other batches than an uninterrupted one, and must write the same results.
        using var engine = InferenceEngines.OpenOnnx(NoisyNetwork.Checkpoint(ByName[name], size: 48), threads: 2);
        var pixels = Pixels(17, 48);
        var together = engine.Logits(pixels, 17).ToArray();

        Assert.All([1, 2, 3, 16], count => Assert.Equal(together[..(count * 4)], engine.Logits(pixels, count).ToArray()));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_graph_declares_every_weight_of_the_network_with_its_shape(string name)
    {
        var graph = new NetworkGraph();
        ByName[name].AddToGraph(graph, "", "faces", labels: 4);
        using var network = ByName[name].Build(labels: 4, size: 48);

        Assert.Equal(
            network.state_dict().Select(entry => $"{entry.Key} {string.Join('x', entry.Value.shape)}").Order(),
            graph.Parameters.Select(entry => $"{entry.Key} {string.Join('x', entry.Value.Shape)}").Order());
    }

    [Theory]
    [InlineData(true, "Conv BatchNormalization Relu MaxPool")]
    [InlineData(false, "Conv MaxPool BatchNormalization Relu")]
    public void Pooling_comes_last_unless_a_factor_of_batch_norm_is_negative(bool hasPositiveFactors, string stem)
    {
        var graph = InferenceGraph.ToLogits(NoisyNetwork.Checkpoint(ByName["average and max"], size: 48, hasPositiveFactors));

        Assert.Equal(stem, string.Join(' ', graph.Nodes.Skip(2).Take(4).Select(node => node.Operator)));
    }

    [Fact]
    public void A_label_with_probability_zero_in_every_member_has_a_finite_logit()
    {
        var sure = NoisyNetwork.Checkpoint(ByName["squeeze-and-excitation"], size: 48) with { Temperature = 1e-3 };
        using var engine = InferenceEngines.OpenOnnx(CheckpointEnsemble.Of([sure, sure], [1, 1]), threads: 1);

        var logits = engine.Logits(Pixels(1, 48), 1).ToArray();

        Assert.All(logits, logit => Assert.True(float.IsFinite(logit)));
        Assert.InRange(logits.Max() - logits.Min(), 50, 100);
    }

    private static void AssertSame(Checkpoint checkpoint, int faces, int threads = 1)
    {
        var pixels = Pixels(faces, checkpoint.Preprocessing.Size);
        using var torch = TorchEngine.Open(checkpoint, Precision.Float32);
        using var onnx = InferenceEngines.OpenOnnx(checkpoint, threads);

        var expected = Probabilities(torch.Logits(pixels, faces), checkpoint);
        var actual = Probabilities(onnx.Logits(pixels, faces), checkpoint);

        Assert.Equal(faces * checkpoint.Labels.Count, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.InRange(expected.Max() - expected.Min(), 0.05, 0.999);
    }

    private static double[] Probabilities(ReadOnlySpan<float> logits, Checkpoint checkpoint) =>
    [
        .. logits.ToArray().Chunk(checkpoint.Labels.Count).SelectMany(row =>
        {
            var weights = Array.ConvertAll(row, logit => Math.Exp((logit - row.Max()) / checkpoint.Temperature));
            return Array.ConvertAll(weights, weight => weight / weights.Sum());
        }),
    ];

    private static float[] Pixels(int faces, int size)
    {
        var random = CounterRandom.For(5);
        return [.. Enumerable.Range(0, faces * size * size).Select(_ => (float)random.Next(256))];
    }
}
