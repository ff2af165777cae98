using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
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
        var (one, other) = (Decided(1) with { Temperature = 0.5 }, Decided(2) with { Temperature = 2, Preprocessing = new Preprocessing(16, 0.5, 0.3) });
        CheckpointStore.Save(File1, CheckpointEnsemble.Of([one, other], [3, 1]));
        using var guard = inference_mode();
        using var pixels = rand([5, 1, 16, 16], generator: new Generator(3)) * 255;
        var saved = CheckpointStore.Load(File1);
        using var together = saved.BuildNetwork();
        if (isFrozen)
        {
            together.FuseForInference();
        }

        var answer = together.call(new FacePreprocessor(saved.Preprocessing).Normalize(pixels)).softmax(1).data<float>().ToArray();

        float[] Mean(double share) => (Probabilities(one, pixels) * share + Probabilities(other, pixels) * (1 - share)).data<float>().ToArray();
        Assert.All(Mean(0.75).Zip(answer), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
        // Far enough from what wrong shares would give.
        Assert.All(new[] { 0, 0.25, 0.5, 1 }, share => Assert.Contains(Mean(share).Zip(answer), pair => Math.Abs(pair.First - pair.Second) > 0.02));
    }

    [Fact]
    public void PyTorch_reads_what_is_combined_and_answers_alike()
    {
        CheckpointStore.Save(File1, CheckpointEnsemble.Of([Decided(1) with { Temperature = 0.5 }, Decided(2) with { Preprocessing = new Preprocessing(16, 0.5, 0.3) }], [3, 1]));
        using var guard = inference_mode();
        using var input = arange(2 * 16 * 16).remainder(101).to(ScalarType.Float32).reshape(2, 1, 16, 16).div(50).sub(1);
        using var together = CheckpointStore.Load(File1).BuildNetwork();
        using var expected = together.call(input);

        float[] answers = DebianPython.Network(File1, "x = (torch.arange(2 * 16 * 16) % 101).float().reshape(2, 1, 16, 16) / 50 - 1");

        Assert.All(expected.flatten().data<float>().Zip(answers), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
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
    }

    [Fact]
    public void A_precision_reaches_every_network()
    {
        using var together = CheckpointEnsemble.Of([Decided(1), Decided(2)], [1, 1]).BuildNetwork();
        together.Precision = Precision.BFloat16;

        EmotionNetwork[] networks = [.. together.modules().OfType<EmotionNetwork>().Where(network => network != together)];
        Assert.Equal(2, networks.Length);
        Assert.All(networks, network => Assert.Equal(Precision.BFloat16, network.Precision));
        Assert.Equal(Precision.BFloat16, together.Precision);
    }

    [Fact]
    public void Networks_that_do_not_fit_each_other_are_refused_by_name()
    {
        var one = SmallCheckpoint.Create() with { Name = "one.pt" };
        var pair = CheckpointEnsemble.Of([one, one], [1, 1]) with { Name = "pair.pt" };
        var huge = new OrderedDictionary<string, StoredTensor>(one.Weights);
        huge["head.weight"] = huge["head.weight"] with { Data = [.. Enumerable.Repeat(BitConverter.GetBytes(1e6f), huge["head.weight"].Data.Length / 4).SelectMany(value => value)] };

        Refused(SmallCheckpoint.Create(labels: 4), "the same labels");
        Refused(SmallCheckpoint.Create(size: 32), "the same image size");
        Refused(one with { Name = "huge.pt", Weights = huge }, "huge.pt: 'head.weight' holds numbers beyond half precision");
        Refused(pair, "pair.pt already is an ensemble");

        void Refused(Checkpoint other, string reason) =>
            Assert.Contains(reason, Assert.Throws<FerException>(() => CheckpointEnsemble.Of([one, other], [1, 1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("temperature", 0f)]
    [InlineData("temperature", -1f)]
    [InlineData("share", -0.5f)]
    [InlineData("scale", 0f)]
    public void Numbers_that_no_combination_has_are_refused(string name, float value)
    {
        var strange = CheckpointEnsemble.Of([Decided(1), Decided(2)], [1, 1]);
        strange.Weights[$"members.1.{name}"] = new StoredTensor(StoredType.Float32, [1], BitConverter.GetBytes(value));

        Assert.Contains($"'members.1.{name}' is {value:0.#}, not between", Assert.Throws<FerException>(() => strange.BuildNetwork()).Message, StringComparison.Ordinal);
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

    /// <summary>A network whose answers are far from even and from another seed's.</summary>
    private static Checkpoint Decided(int seed)
    {
        manual_seed(seed);
        var checkpoint = SmallCheckpoint.Create();
        using var head = StateDictionary.Restore(checkpoint.Weights["head.weight"]);
        checkpoint.Weights["head.weight"] = StateDictionary.Store(head * 100);
        return checkpoint;
    }

    private static Tensor Probabilities(Checkpoint checkpoint, Tensor pixels)
    {
        using var network = checkpoint.BuildNetwork();
        return (network.call(new FacePreprocessor(checkpoint.Preprocessing).Normalize(pixels)) / checkpoint.Temperature).softmax(1);
    }
}
