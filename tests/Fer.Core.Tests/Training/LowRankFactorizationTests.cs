using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Training;

// The weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class LowRankFactorizationTests
{
    private const int Size = 16;

    private static readonly EmotionNetArchitecture Architecture = EmotionNetArchitecture.OfWidth(16) with { ReductionRatio = 4 };

    [Fact]
    public void Convolutions_whose_outputs_have_a_low_rank_are_reproduced()
    {
        var whole = Network(rank: 8);

        var thin = Factorize(whole, 0.5 * LowRankFactorization.MultiplyAdds(whole));

        Assert.All(Assert.IsType<EmotionNetArchitecture>(thin.Architecture).Ranks, rank => Assert.InRange(rank, 8, 64));
        var logits = Logits(whole);
        Assert.True(logits.Max() - logits.Min() > 1e-3);
        Assert.Equal(logits, Logits(thin), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void What_is_left_out_matters_less_the_more_work_is_left()
    {
        var whole = Network(rank: 64);
        var macs = LowRankFactorization.MultiplyAdds(whole);
        var logits = Logits(whole);

        double[] errors = [.. new[] { 0.35, 0.6, 0.9 }.Select(part =>
        {
            var thin = Factorize(whole, part * macs);
            Assert.InRange(LowRankFactorization.MultiplyAdds(thin), 0.85 * part * macs, part * macs);
            return logits.Zip(Logits(thin), (a, b) => Math.Abs(a - b)).Average();
        })];

        Assert.True(errors[0] > errors[1] && errors[1] > errors[2], string.Join(", ", errors));
        Assert.InRange(errors[0], 0, (logits.Max() - logits.Min()) / 3);
    }

    [Fact]
    public void What_is_left_out_is_replaced_by_its_mean()
    {
        var whole = Network(rank: 64);
        var thin = Factorize(whole, 0.35 * LowRankFactorization.MultiplyAdds(whole));

        // The first convolution of a stage sees the same input in both.
        var (expected, actual) = (MeanOutputs(whole), MeanOutputs(thin));

        Assert.True(expected.Max() - expected.Min() > 0.5);
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-3);

        static float[] MeanOutputs(Checkpoint checkpoint)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var network = checkpoint.BuildNetwork();
            Tensor? input = null;
            var weights = network.state_dict();
            var stem = network.named_modules().Single(entry => entry.name == "stages.0.down.conv").module;
            ((Fer.Core.Model.Layers.Convolution)stem).register_forward_pre_hook((_, x) => input = x.clone().DetachFromDisposeScope());
            network.call(new FacePreprocessor(checkpoint.Preprocessing).Normalize(tensor(Faces().Pixels).view(64, 1, Size, Size)));
            var maps = nn.functional.conv2d(input!, weights["stages.0.down.conv.weight"], padding: [1, 1]);
            maps = weights.TryGetValue("stages.0.down.expand.weight", out var expand) ? nn.functional.conv2d(maps, expand) : maps;
            var deviation = weights["stages.0.down.norm.running_var"].add(1e-5).sqrt();
            return [.. ((maps.mean([0, 2, 3]) - weights["stages.0.down.norm.running_mean"]) / deviation * weights["stages.0.down.norm.weight"]).data<float>()];
        }
    }

    [Fact]
    public void A_channel_that_batch_norm_switches_off_does_no_harm()
    {
        var whole = Network(rank: 8);
        whole.Weights["stages.0.residual1.norm.weight"].Elements()[3] = 0;

        var thin = Factorize(whole, 0.5 * LowRankFactorization.MultiplyAdds(whole));

        Assert.Equal(Logits(whole), Logits(thin), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Networks_that_cannot_be_factorized_are_refused()
    {
        var whole = Network(rank: 8);
        var macs = LowRankFactorization.MultiplyAdds(whole);

        Refused("choose --macs between them", whole, macs);
        Refused("choose --macs between them", whole, 0.01 * macs);
        Refused("compress the network that it was made from", Factorize(whole, 0.5 * macs), 0.4 * macs);
        Refused("too few channels", Build(EmotionNetArchitecture.OfWidth(1), Size), 1000);
        whole.Weights["stages.1.down.conv.weight"].Elements().Fill(3e38f);
        Refused("the outputs of stages.1.down are not finite", whole, 0.5 * macs);
        Refused("it is classic", Build(new ClassicArchitecture(), 48), 1e6);

        void Refused(string reason, Checkpoint checkpoint, double target) =>
            Assert.Contains(reason, Assert.Throws<FerException>(() => Factorize(checkpoint, target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_factorized_network_is_trained_as_any_other_and_not_pruned()
    {
        var whole = Network(rank: 8);
        var thin = Factorize(whole, 0.5 * LowRankFactorization.MultiplyAdds(whole));
        using var network = thin.BuildNetwork();
        network.train();
        using var faces = linspace(-2, 2, 4 * Size * Size).sin().view(4, 1, Size, Size);

        network.call(faces).sum().backward();

        Assert.All(network.named_parameters(), entry => Assert.True(entry.parameter.grad is { } gradient && gradient.isfinite().all().item<bool>(), entry.name));
        Assert.Contains(network.named_parameters(), entry => entry.name == "stages.0.down.expand.weight");
        Assert.Contains("cannot be pruned after fer-train compress", Assert.Throws<FerException>(() => ChannelPruning.ToWidths(thin, [8])).Message, StringComparison.Ordinal);
    }

    /// <summary>A network whose convolutions have outputs of a rank, at most.</summary>
    private static Checkpoint Network(int rank)
    {
        var checkpoint = Build(Architecture, Size);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var network = checkpoint.BuildNetwork();
        foreach (var (name, weight) in network.state_dict())
        {
            if (name.EndsWith("conv.weight", StringComparison.Ordinal) && name != "stem.conv.weight" && weight.shape[0] > rank)
            {
                var rows = weight[..rank].flatten(1);
                weight.copy_(randn(weight.shape[0], rank).mm(rows).div(Math.Sqrt(rank)).view(weight.shape));
            }
            else if (name.EndsWith("norm.weight", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal))
            {
                weight.uniform_(0.5, 1.5);
            }
            else if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                weight.normal_(0, 0.1);
            }
        }

        return checkpoint with { Weights = StateDictionary.Capture(network) };
    }

    private static Checkpoint Factorize(Checkpoint whole, double multiplyAdds) =>
        LowRankFactorization.Factorize(whole, Faces(), multiplyAdds, TestContext.Current.CancellationToken);

    private static Checkpoint Build(Architecture architecture, int size)
    {
        manual_seed(3);
        using var network = architecture.Build(3, size);
        return new Checkpoint(architecture, new LabelSet(["a", "b", "c"]), new Preprocessing(size, 0.5, 0.25), new Dictionary<string, double>(), StateDictionary.Capture(network));
    }

    private static FaceDataset Faces()
    {
        var pixels = new byte[64 * Size * Size];
        new Random(1).NextBytes(pixels);
        return new FaceDataset(new LabelSet(["a", "b", "c"]), Size, pixels, [.. Enumerable.Range(0, 64).Select(face => face % 3)], new string[64]);
    }

    private static float[] Logits(Checkpoint checkpoint)
    {
        using var network = checkpoint.BuildNetwork();
        using var guard = no_grad();
        using var faces = rand(8, 1, Size, Size, generator: new Generator(5)).sub(0.5).mul(4);
        return [.. network.call(faces).data<float>()];
    }
}
