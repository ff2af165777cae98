using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using TorchSharp;

namespace Fer.Core.Tests.Training;

// The weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class ChannelPruningTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Without_its_dead_channels_a_network_predicts_the_same(int reductionRatio)
    {
        var wide = Network(EmotionNetArchitecture.OfWidth(8) with { ReductionRatio = reductionRatio });
        // Half of the channels everywhere, at random places, carry nothing.
        var random = new Random(1);
        Silence(wide, random, 8, "stem.norm");
        foreach (var (stage, channels) in new[] { 16, 32, 64 }.Index())
        {
            Silence(wide, random, channels, $"stages.{stage}.down.norm", $"stages.{stage}.residual2.norm");
            Silence(wide, random, channels, $"stages.{stage}.residual1.norm");
            if (reductionRatio > 0)
            {
                Silence(wide, random, channels / reductionRatio, $"stages.{stage}.gate.squeeze");
            }
        }

        var narrow = ChannelPruning.ToWidths(wide, [4]);

        var architecture = Assert.IsType<EmotionNetArchitecture>(narrow.Architecture);
        Assert.Equal(4, architecture.Stem);
        Assert.Equal([8, 16, 32], architecture.Stages);
        var logits = Logits(wide);
        Assert.True(logits.Max() - logits.Min() > 1e-3);
        Assert.Equal(logits, Logits(narrow), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void The_stem_and_each_stage_have_channels_of_their_own()
    {
        var narrow = ChannelPruning.ToWidths(Network(EmotionNetArchitecture.OfWidth(8) with { ReductionRatio = 4 }), [8, 12, 32, 40]);

        var architecture = Assert.IsType<EmotionNetArchitecture>(narrow.Architecture);
        Assert.Equal((8, 12, 32, 40), (architecture.Stem, architecture.Stages[0], architecture.Stages[1], architecture.Stages[2]));
        Assert.All(Logits(narrow), logit => Assert.True(float.IsFinite(logit)));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(8, 16, 32, 64)]
    [InlineData(4, 17, 8, 8)]
    [InlineData(4, 8)]
    public void A_network_is_not_pruned_to_its_own_width_or_more(params int[] widths)
    {
        var failure = Assert.Throws<FerException>(() => ChannelPruning.ToWidths(Network(EmotionNetArchitecture.OfWidth(8)), widths));

        Assert.Contains("has 8, 16, 32, 64 channels in the stem and the stages: --prune-width takes fewer, one number for the stem or 4 for all", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_network_of_the_tutorial_is_not_pruned()
    {
        var failure = Assert.Throws<FerException>(() => ChannelPruning.ToWidths(Network(new ClassicArchitecture(), size: 48), [4]));

        Assert.Contains("--prune-width is for emotion-net, and it is classic", failure.Message, StringComparison.Ordinal);
    }

    private static Checkpoint Network(Architecture architecture, int size = 16)
    {
        torch.manual_seed(3);
        using var network = architecture.Build(3, size);
        return new Checkpoint(architecture, new LabelSet(["a", "b", "c"]), new Preprocessing(size, 0.5, 0.25), new Dictionary<string, double>(), StateDictionary.Capture(network));
    }

    /// <summary>Sets half of the channels to zero in the weight and the bias of each layer.</summary>
    private static void Silence(Checkpoint checkpoint, Random random, int channels, params string[] layers)
    {
        int[] order = [.. Enumerable.Range(0, channels)];
        random.Shuffle(order);
        foreach (var name in layers.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" }))
        {
            var values = checkpoint.Weights[name].Elements();
            var length = values.Length / channels;
            foreach (var channel in order[..(channels / 2)])
            {
                values.Slice(channel * length, length).Clear();
            }
        }
    }

    private static float[] Logits(Checkpoint checkpoint)
    {
        using var network = checkpoint.BuildNetwork();
        using var guard = torch.no_grad();
        using var faces = torch.linspace(-2, 2, 2 * 16 * 16).sin().view(2, 1, 16, 16);
        return [.. network.call(faces).data<float>()];
    }
}
