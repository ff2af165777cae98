using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

// The initial weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class FineTuningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_labels_of_the_same_meaning_are_taken_over_and_the_others_are_new()
    {
        var start = Saved(["angry", "happy", "sad"]);
        var began = Start(start, ["Sadness", "bored", "happy"]);

        var (before, after) = (CheckpointStore.Load(start).Weights, began.Weights);
        Assert.Equal(Row(before, 2), Row(after, 0));
        Assert.Equal(Row(before, 1), Row(after, 2));
        Assert.DoesNotContain(Row(after, 1), Enumerable.Range(0, 3).Select(row => Row(before, row)));
        Assert.Equal(Body(before), Body(after));
    }

    [Fact]
    public void The_checkpoint_tells_which_network_it_came_from_and_what_is_new()
    {
        var origin = Start(Saved(["angry", "happy", "sad"]), ["bored", "happy"]).Origin;

        Assert.Matches(@"^start\.pt \(sha256 [0-9a-f]{12}\): last layer new for bored, kept for happy$", origin);
    }

    [Fact]
    public void Of_an_ensemble_the_member_with_the_largest_weight_is_trained_further()
    {
        var (light, heavy) = (CheckpointStore.Load(Saved(["a", "b"], "light.pt", seed: 1)), CheckpointStore.Load(Saved(["a", "b"], "heavy.pt", seed: 2)));
        var path = _folder.Inside("ensemble.pt");
        CheckpointStore.Save(path, CheckpointEnsemble.Of([light, heavy], [0.3, 0.7]));

        var began = Start(path, ["a", "b"]);

        Assert.Contains("network 2 of the 2 in the ensemble", began.Origin, StringComparison.Ordinal);
        Assert.Equal(light.Weights.Count, began.Weights.Count);
        Assert.All(Row(heavy.Weights, 0).Zip(Row(began.Weights, 0)), pair => Assert.Equal(pair.First, pair.Second, 3));
    }

    [Fact]
    public void A_network_without_batch_norm_keeps_the_normalization_it_was_trained_with()
    {
        var faces = DrawnFaces.Dataset(labels: 2, perLabel: 4, size: 48);
        var data = new TrainingData(faces, faces, null, "a test", null, []);
        var first = (Options("first", "") with { Init = null, Architecture = "classic", Size = 48, Augment = "none", Epochs = 1 }).Classic() with { Epochs = 1 };
        using (var trainer = Trainer.Start(first, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        using var further = Trainer.Start(Options("further", RunPaths.Best(first.Output)) with { Architecture = "classic", Size = 48 }, data);

        Assert.Equal((0, 1), (further.Preprocessing.Mean, further.Preprocessing.StandardDeviation));
    }

    [Fact]
    public void A_pruned_network_is_trained_further_and_resumes()
    {
        var start = Saved(["a", "b"]);
        var options = Options("pruned", start) with { Epochs = 1, PruneWidths = [2] };
        var data = Data(["a", "b"]);
        using (var trainer = Trainer.Start(options, data))
        {
            Assert.Contains("pruned to width 2; last layer kept", trainer.Origin, StringComparison.Ordinal);
            trainer.Run(cancellation: Cancellation);
        }

        using (var trainer = Trainer.Resume(options with { Epochs = 2 }, data))
        {
            Assert.Equal(2, trainer.Run(cancellation: Cancellation).Count);
        }

        Assert.Equal(2, Assert.IsType<EmotionNetArchitecture>(CheckpointStore.Load(RunPaths.Best(options.Output)).Architecture).Stem);
    }

    [Fact]
    public void Only_the_last_layer_moves_in_frozen_epochs()
    {
        var start = Saved(["a", "b"]);
        var options = Options("frozen", start) with { Epochs = 1, FrozenEpochs = 1 };
        var data = Data(["a", "b"]);
        using (var trainer = Trainer.Start(options, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var (before, after) = (CheckpointStore.Load(start).Weights, CheckpointStore.Load(RunPaths.Last(options.Output)).Weights);
        Assert.Equal(Body(before), Body(after));
        Assert.NotEqual(Row(before, 0), Row(after, 0));

        using (var trainer = Trainer.Resume(options with { Epochs = 2 }, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        Assert.NotEqual(Body(before), Body(CheckpointStore.Load(RunPaths.Last(options.Output)).Weights));
    }

    [Fact]
    public void A_resumed_fine_tuning_equals_an_uninterrupted_one_bit_for_bit_and_keeps_its_origin()
    {
        var start = Saved(["a", "c"]);
        var data = Data(["a", "b"]);
        var whole = Options("whole", start) with { FrozenEpochs = 2, Sampling = Sampling.Balanced, LogitAdjustment = 0.5, Criterion = BestEpochCriterion.MacroF1 };
        var parted = whole with { Output = _folder.Inside("parted") };
        using (var trainer = Trainer.Start(whole, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        using (var trainer = Trainer.Start(parted with { Epochs = whole.Epochs }, data))
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => trainer.Run(
                step =>
                {
                    if (step is { Epoch: 2, Step: 1 })
                    {
                        stop.Cancel();
                    }
                },
                cancellation: stop.Token));
        }

        using (var trainer = Trainer.Resume(parted, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var (expected, actual) = (CheckpointStore.Load(RunPaths.Last(whole.Output)), CheckpointStore.Load(RunPaths.Last(parted.Output)));
        Assert.All(expected.Weights, weight => Assert.Equal(weight.Value.Data, actual.Weights[weight.Key].Data));
        Assert.NotNull(expected.Origin);
        Assert.Equal(expected.Origin, actual.Origin);
        Assert.Equal(expected.Origin, CheckpointStore.Load(RunPaths.Best(parted.Output)).Origin);
    }

    private Checkpoint Start(string init, string[] labels)
    {
        var options = Options(Guid.NewGuid().ToString("N"), init) with { LearningRate = 0, Epochs = 1 };
        using var trainer = Trainer.Start(options, Data(labels));
        trainer.Run(cancellation: Cancellation);
        return CheckpointStore.Load(RunPaths.Last(options.Output));
    }

    private string Saved(string[] labels, string file = "start.pt", long seed = 3)
    {
        TorchSharp.torch.manual_seed(seed);
        var path = _folder.Inside(file);
        CheckpointStore.Save(path, SmallCheckpoint.Create(labels.Length) with { Labels = new LabelSet(labels) });
        return path;
    }

    private TrainingOptions Options(string name, string init) => new()
    {
        Data = _folder.Path,
        Output = _folder.Inside(name),
        Init = init,
        Epochs = 3,
        BatchSize = 8,
        Size = 16,
        Augment = "strong",
        Precision = RequestedPrecision.Float32,
    };

    private static TrainingData Data(string[] labels)
    {
        var faces = DrawnFaces.Dataset(labels.Length, perLabel: 8, size: 16) with { Labels = new LabelSet(labels) };
        return new TrainingData(faces, faces, null, "a test", null, []);
    }

    /// <summary>The kernels of all convolutions.</summary>
    private static byte[] Body(IReadOnlyDictionary<string, StoredTensor> weights) =>
        [.. weights.Where(weight => weight.Value.Shape.Count == 4).SelectMany(weight => weight.Value.Data)];

    private static float[] Row(IReadOnlyDictionary<string, StoredTensor> weights, int row)
    {
        var weight = weights["head.weight"].ToFloat32();
        var width = (int)weight.Shape[1];
        return weight.Elements().Slice(row * width, width).ToArray();
    }
}
