using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

public sealed class TrainingSnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.Inside("last.pt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_snapshot_is_read_as_it_was_written()
    {
        var snapshot = Snapshot();
        CheckpointStore.Save(File1, snapshot.ToCheckpoint());

        var read = TrainingSnapshot.Load(File1);

        Assert.Equal(snapshot.History, read.History);
        Assert.Equal(snapshot.Totals, read.Totals);
        Assert.Equal(snapshot.Fingerprints, read.Fingerprints);
        Assert.Equal(snapshot.Optimizer.Steps, read.Optimizer.Steps);
        Assert.Equal([1f, 2f], Floats(read.Optimizer.Moments["exp_avg"]["weight"]));
        Assert.Equal([3f, 4f], Floats(read.Average!["weight"]));
        Assert.Equal(snapshot.Network.Weights.Keys, read.Network.Weights.Keys);
        Assert.Null(read.TeacherPredictions);
    }

    [Fact]
    public void The_predictions_of_the_teachers_are_kept_with_it()
    {
        var predictions = StoredTensor.Single(0.25, 1, 1, 1);
        CheckpointStore.Save(File1, (Snapshot() with { TeacherPredictions = predictions }).ToCheckpoint());

        var read = TrainingSnapshot.Load(File1).Step.TeacherPredictions!;

        Assert.Equal(predictions.Shape, read.Shape);
        Assert.Equal(predictions.Data, read.Data);
    }

    [Fact]
    public void The_keys_in_the_file_are_those_of_every_version_so_far()
    {
        string[] keys = ["optimizer", "average", "data", "opinions", "history", "step", "loss", "correct", "images", "seconds"];

        var values = Snapshot().ToCheckpoint().Training!;

        Assert.Equal(keys, values.Keys);
        Assert.Equal(["steps", "exp_avg"], Assert.IsType<OrderedDictionary<string, object?>>(values["optimizer"]).Keys);
    }

    [Fact]
    public void A_file_from_before_fingerprints_and_without_an_average_is_read()
    {
        var checkpoint = (Snapshot() with { Average = null }).ToCheckpoint();
        checkpoint.Training!.Remove("data");
        checkpoint.Training.Remove("opinions");
        CheckpointStore.Save(File1, checkpoint);

        var read = TrainingSnapshot.Load(File1);

        Assert.Null(read.Average);
        Assert.Equal(new DataFingerprints(null, null), read.Fingerprints);
        // Any data may resume it: nothing is known of those it began with.
        new DataFingerprints("a", "b").RequireSame(read.Fingerprints, new TrainingOptions { Data = "", Output = "" });
    }

    [Theory]
    [InlineData("optimizer")]
    [InlineData("history")]
    [InlineData("seconds")]
    public void A_file_that_lacks_a_part_is_named_with_it(string key)
    {
        var checkpoint = Snapshot().ToCheckpoint();
        checkpoint.Training!.Remove(key);
        CheckpointStore.Save(File1, checkpoint);

        var failure = Assert.Throws<FerException>(() => TrainingSnapshot.Load(File1));

        Assert.StartsWith($"{File1} holds no training run that can resume: '{key}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_without_a_training_cannot_resume()
    {
        CheckpointStore.Save(File1, Snapshot().Network);

        Assert.Contains("no training run to resume", Assert.Throws<FerException>(() => TrainingSnapshot.Load(File1)).Message, StringComparison.Ordinal);
    }

    private static TrainingSnapshot Snapshot() => new(
        SmallCheckpoint.Create(),
        new OptimizerState(7, new OrderedDictionary<string, OrderedDictionary<string, StoredTensor>> { ["exp_avg"] = Tensors(1, 2) }),
        Tensors(3, 4),
        [new EpochMetrics(1, 0.003, 1.5, 0.25, 1.25, 0.5, 12.5, 1000), new EpochMetrics(2, 0.002, 1.25, 0.5, double.PositiveInfinity, 0.75, 12, 1100)],
        new EpochTotals(3, 40.5, 11, 24, 2.75),
        new DataFingerprints("images", "files"));

    private static OrderedDictionary<string, StoredTensor> Tensors(float first, float second) => new()
    {
        ["weight"] = new StoredTensor(StoredType.Float32, [2], System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(new[] { first, second }).ToArray()),
    };

    private static float[] Floats(StoredTensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray();
}
