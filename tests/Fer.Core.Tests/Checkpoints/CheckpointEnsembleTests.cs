using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Checkpoints;

public sealed class CheckpointEnsembleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.Inside("together.pt");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_answer_is_the_mean_of_calibrated_probabilities_by_share(bool isFrozen)
    {
        var (one, other) = (SmallCheckpoint.Create() with { Temperature = 0.5 }, SmallCheckpoint.Create() with { Temperature = 2 });
        CheckpointStore.Save(File1, CheckpointEnsemble.Of([one, other], [3, 1]));
        using var guard = inference_mode();
        using var input = randn(5, 1, 16, 16);
        using var together = CheckpointStore.Load(File1).BuildNetwork();
        if (isFrozen)
        {
            together.Freeze();
        }

        using var answer = together.call(input).softmax(1);

        using var expected = Probabilities(one, input) * 0.75 + Probabilities(other, input) * 0.25;
        Assert.All(expected.data<float>().Zip(answer.data<float>()), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
        Assert.NotEqual(Probabilities(one, input).data<float>().ToArray()[0], expected.data<float>().ToArray()[0], 1e-4);
    }

    [Fact]
    public void Two_networks_take_the_disk_space_of_one()
    {
        using var network = new EmotionNetArchitecture().Build(labels: 3, size: 16);
        var one = SmallCheckpoint.Create() with { Architecture = new EmotionNetArchitecture(), Weights = StateDictionary.Capture(network) };
        CheckpointStore.Save(_folder.Inside("one.pt"), one);

        CheckpointStore.Save(File1, CheckpointEnsemble.Of([one, one], [1, 1]));

        var ratio = new FileInfo(File1).Length / (double)new FileInfo(_folder.Inside("one.pt")).Length;
        Assert.InRange(ratio, 0.99, 1.02);
        Assert.All(CheckpointStore.Load(File1).Weights.Values, tensor => Assert.NotEqual(StoredType.Float16, tensor.Type));
    }

    [Fact]
    public void Both_precisions_reach_every_network()
    {
        using var together = CheckpointEnsemble.Of([SmallCheckpoint.Create(), SmallCheckpoint.Create()], [1, 1]).BuildNetwork();
        using var guard = inference_mode();
        using var input = randn(5, 1, 16, 16);
        using var exact = together.call(input);
        together.Precision = Precision.BFloat16;
        using var rough = together.call(input);

        Assert.Equal(Precision.BFloat16, together.Precision);
        Assert.InRange((exact - rough).abs().max().item<float>(), 1e-7, 0.05);
    }

    [Fact]
    public void Networks_that_do_not_suit_each_other_are_refused_by_name()
    {
        var one = SmallCheckpoint.Create() with { Name = "one.pt" };
        var pair = CheckpointEnsemble.Of([one, one], [1, 1]) with { Name = "pair.pt" };

        Refused(SmallCheckpoint.Create(labels: 4), "the same labels");
        Refused(SmallCheckpoint.Create(size: 32), "another size");
        Refused(one with { Preprocessing = Preprocessing.UnitRange with { Size = 16 } }, "other pictures");
        Refused(pair, "pair.pt holds several networks already");

        void Refused(Checkpoint other, string reason) =>
            Assert.Contains(reason, Assert.Throws<FerException>(() => CheckpointEnsemble.Of([one, other], [1, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_names_an_ensemble_within_an_ensemble_is_refused()
    {
        var one = SmallCheckpoint.Create();
        CheckpointStore.Save(File1, one with { Architecture = new EnsembleArchitecture([new EnsembleArchitecture([one.Architecture])]) });

        Assert.Contains("unknown architecture 'ensemble'", Assert.Throws<FerException>(() => CheckpointStore.Load(File1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_names_many_large_networks_is_refused_before_they_are_built()
    {
        var large = new EmotionNetArchitecture { Stages = [2048, 2048, 2048] };
        CheckpointStore.Save(File1, SmallCheckpoint.Create() with { Architecture = new EnsembleArchitecture([.. Enumerable.Repeat(large, 16)]) });

        Assert.Contains("too few", Assert.Throws<FerException>(() => CheckpointStore.Load(File1).BuildNetwork()).Message, StringComparison.Ordinal);
    }

    private static Tensor Probabilities(Checkpoint checkpoint, Tensor input)
    {
        using var network = checkpoint.BuildNetwork();
        return (network.call(input) / checkpoint.Temperature).softmax(1);
    }
}
