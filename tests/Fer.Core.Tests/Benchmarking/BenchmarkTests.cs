using Fer.Core.Benchmarking;
using Fer.Core.Model;
using Fer.Core.Native;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Benchmarking;

public sealed class BenchmarkTests
{
    public static TheoryData<Architecture> Architectures =>
    [
        new ClassicArchitecture(),
        new EmotionNetArchitecture(),
        new EmotionNetArchitecture { Ranks = [8, 0, 16, 0, 24, 0, 32, 0, 0] },
        new EnsembleArchitecture([new EmotionNetArchitecture { ReductionRatio = 8 }, new EmotionNetArchitecture()]),
    ];

    [Fact]
    public void The_classic_network_needs_the_published_multiply_adds()
    {
        using var network = new ClassicArchitecture().Build(labels: 7, size: 48);

        var flops = FlopCount.Of(network, 48);

        Assert.Equal(217.8e6, flops.Total, 0.05e6);
        Assert.Equal(46 * 46 * 9 * 128, flops.First);
    }

    [Fact]
    public void The_default_network_needs_64_million_multiply_adds()
    {
        using var network = new EmotionNetArchitecture().Build(labels: 7, size: 48);

        var flops = FlopCount.Of(network, 48);

        Assert.Equal(48 * 48 * 9 * 32, flops.First);
        Assert.Equal(64_366_336, flops.Total);
    }

    [Fact]
    public void A_convolution_of_low_rank_is_counted_as_the_two_that_it_consists_of()
    {
        using var network = new EmotionNetArchitecture { Stem = 8, Stages = [16], Ranks = [4, 0, 0] }.Build(labels: 7, size: 16);

        var expected = 16 * 16 * 9 * 8 + 8 * 8 * 4 * (9 * 8 + 16) + 2 * 4 * 4 * 9 * 16 * 16 + 7 * 16;

        Assert.Equal(expected, FlopCount.Of(network, 16).Total);
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Architectures))]
    public void The_baseline_is_the_same_network(Architecture architecture)
    {
        using var ours = architecture.Build(labels: 7, size: 48);
        using var baseline = BaselineNetworks.Build(architecture, labels: 7);
        using var guard = inference_mode();
        using var faces = zeros(2, 1, 48, 48);
        baseline.eval();
        using var logits = baseline.call(faces);

        Assert.Equal(Parameters(ours), Parameters(baseline));
        Assert.Equal([2, 7], logits.shape);
    }

    [Fact]
    public void The_parts_of_a_step_add_up_to_the_whole()
    {
        using var network = Architecture.Named("emotion-net").Build(labels: 7, size: 48);

        var speed = TrainingBenchmark.Measure(Architecture.Named("emotion-net"), 4, Precision.Float32, FlopCount.Of(network, 48), TimeSpan.FromSeconds(0.2), TestContext.Current.CancellationToken);

        Assert.Equal(1, speed.InputShare + speed.ForwardShare + speed.BackwardShare + speed.UpdateShare, 9);
        Assert.All([speed.InputShare, speed.ForwardShare, speed.BackwardShare, speed.UpdateShare], share => Assert.InRange(share, 0, 1));
        Assert.True(speed.TrainingRate > 0 && speed.InferenceRate > 0);
        var now = ProcessMemory.Now();
        Assert.InRange(ProcessMemory.Peak(), now, long.MaxValue);
    }

    private static long[] Parameters(TorchSharp.torch.nn.Module network) => [.. network.parameters().Select(parameter => parameter.NumberOfElements).Order()];
}
