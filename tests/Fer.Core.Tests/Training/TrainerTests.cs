using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

// The initial weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sixteen_faces_are_learned_to_100_percent()
    {
        var faces = DrawnFaces.Dataset(labels: 4, perLabel: 4);
        var options = Options("learn") with { Epochs = 12, BatchSize = 16, Size = 48, Augment = "none", Ema = 0, LabelSmoothing = 0, LearningRate = 1e-3 };
        using var trainer = Trainer.Start(options, Data(faces, faces));

        var history = trainer.Run(cancellation: Cancellation);

        Assert.True(TrainingHistory.Best(history)!.ValidationAccuracy == 1, TrainingHistory.ToCsv(history));
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, 0.99, 0.2, 0)]
    [InlineData(OptimizerKind.Adam, 0.0, 0.0, 0)]
    [InlineData(OptimizerKind.Sgd, 0.9, 0.0, 0)]
    [InlineData(OptimizerKind.AdamW, 0.99, 0.2, 2)]
    public void A_resumed_training_equals_an_uninterrupted_one_bit_for_bit(OptimizerKind optimizer, double ema, double mixup, int teacherViews)
    {
        var whole = Options("whole") with { Optimizer = optimizer, Ema = ema, Mixup = mixup, CutMix = mixup, Sam = mixup / 4, TeacherViews = teacherViews };
        var data = SmallData();
        if (teacherViews > 0)
        {
            var teacher = Options("teacher") with { Epochs = 1 };
            Train(teacher, data);
            whole = whole with { Teachers = [RunPaths.Best(teacher.Output)] };
        }

        var parted = whole with { Output = Run("parted") };
        Train(whole, data);

        // Cut in the middle of the second epoch, and between epochs.
        StopAfter(parted, data, step => step is { Epoch: 2, Step: 2 });
        StopAfter(parted, data, step => step is { Epoch: 2, Step: 4 }, resume: true);
        using (var trainer = Trainer.Resume(parted, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var expected = CheckpointStore.Load(Path.Combine(whole.Output, "last.pt"));
        var actual = CheckpointStore.Load(Path.Combine(parted.Output, "last.pt"));
        Assert.Equal(expected.Weights.Keys, actual.Weights.Keys);
        Assert.All(expected.Weights, weight => Assert.Equal(weight.Value.Data, actual.Weights[weight.Key].Data));
        Assert.Equal(
            CheckpointStore.Load(Path.Combine(whole.Output, "fer.pt")).Metrics["validation_loss"],
            CheckpointStore.Load(Path.Combine(parted.Output, "fer.pt")).Metrics["validation_loss"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_training_stopped_at_any_step_of_its_first_epoch_resumes_to_the_same_weights(int steps)
    {
        var whole = Options("whole") with { Epochs = 1 };
        var parted = whole with { Output = Run("parted") };
        var data = SmallData();
        using (var trainer = Trainer.Start(whole, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        if (steps == 0)
        {
            using var trainer = Trainer.Start(parted, data);
            Assert.Throws<OperationCanceledException>(() => trainer.Run(cancellation: new CancellationToken(canceled: true)));
        }
        else
        {
            StopAfter(parted, data, step => step.Step == steps);
        }

        using (var trainer = Trainer.Resume(parted, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var expected = CheckpointStore.Load(Path.Combine(whole.Output, "last.pt"));
        var actual = CheckpointStore.Load(Path.Combine(parted.Output, "last.pt"));
        Assert.All(expected.Weights, weight => Assert.Equal(weight.Value.Data, actual.Weights[weight.Key].Data));
    }

    [Fact]
    public void A_training_that_is_killed_before_its_first_step_can_be_resumed()
    {
        var options = Options("killed") with { Epochs = 1 };
        var (data, killed) = (SmallData(), _folder.Inside("copy.pt"));
        using (var trainer = Trainer.Start(options, data))
        {
            trainer.Run(
                progress =>
                {
                    // What a SIGKILL in the first step would leave.
                    if (progress.Step == 1)
                    {
                        File.Copy(Path.Combine(options.Output, "last.pt"), killed);
                    }
                },
                cancellation: Cancellation);
        }

        var expected = CheckpointStore.Load(Path.Combine(options.Output, "last.pt"));
        File.Move(killed, Path.Combine(options.Output, "last.pt"), overwrite: true);
        using (var trainer = Trainer.Resume(options, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var actual = CheckpointStore.Load(Path.Combine(options.Output, "last.pt"));
        Assert.All(expected.Weights, weight => Assert.Equal(weight.Value.Data, actual.Weights[weight.Key].Data));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_training_and_keeps_the_last_good_checkpoint()
    {
        var options = Options("diverged") with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e30, WarmUp = 0.99, Epochs = 2, Schedule = LearningRateCurve.Constant };
        var data = SmallData();
        using (var trainer = Trainer.Start(options with { LearningRate = 1e-3, WarmUp = 0, Epochs = 1 }, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        using var diverging = Trainer.Resume(options, data);

        var failure = Assert.Throws<FerException>(() => diverging.Run(cancellation: Cancellation));

        Assert.Contains("lower --lr", failure.Message, StringComparison.Ordinal);
        Assert.Single(TrainingSnapshot.Load(Path.Combine(options.Output, "last.pt")).History);
    }

    [Fact]
    public void Weights_that_the_last_step_of_an_epoch_made_infinite_are_not_saved()
    {
        var options = Options("infinite") with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e38, WarmUp = 0, Epochs = 1, BatchSize = 30, Ema = 0 };
        using var trainer = Trainer.Start(options, SmallData());

        var failure = Assert.Throws<FerException>(() => trainer.Run(cancellation: Cancellation));

        Assert.Contains("are not finite: lower --lr", failure.Message, StringComparison.Ordinal);
        Assert.All(TrainingSnapshot.Load(RunPaths.Last(options.Output)).Step.Weights.Values, weight => Assert.All(Floats(weight), number => Assert.True(float.IsFinite(number))));
        Assert.False(File.Exists(RunPaths.Best(options.Output)));
    }

    [Fact]
    public void Patience_ends_a_training_that_no_longer_improves()
    {
        var options = Options("patient") with { LearningRate = 0, Patience = 2, Epochs = 20 };
        using var trainer = Trainer.Start(options, SmallData());

        Assert.Equal(3, trainer.Run(cancellation: Cancellation).Count);
    }

    [Fact]
    public void A_training_can_start_from_the_weights_of_a_checkpoint()
    {
        var data = SmallData();
        var teacher = Options("teacher");
        using (var trainer = Trainer.Start(teacher, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var start = Path.Combine(teacher.Output, "fer.pt");
        var options = Options("further") with { Init = start, LearningRate = 0, Epochs = 1, Seed = 77 };
        using (var trainer = Trainer.Start(options, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var (before, after) = (CheckpointStore.Load(start), CheckpointStore.Load(Path.Combine(options.Output, "fer.pt")));
        Assert.All(before.Weights.Keys.Where(name => !name.Contains("running", StringComparison.Ordinal) && !name.Contains("tracked", StringComparison.Ordinal)), name =>
            Assert.Equal(Floats(before.Weights[name]), Floats(after.Weights[name]), (a, b) => Math.Abs(a - b) < 1e-6f));
    }

    [Fact]
    public void A_training_that_starts_from_a_checkpoint_takes_its_hyperparameters()
    {
        var start = _folder.Inside("small.pt");
        var data = SmallData();
        var checkpoint = SmallCheckpoint.Create(data.Train.Labels.Count);
        CheckpointStore.Save(start, checkpoint with { Labels = data.Train.Labels });
        var options = Options("numbers") with { Init = start, Epochs = 1, Pooling = GlobalPooling.AverageAndMax, ReductionRatio = 8, Width = 64 };
        using (var trainer = Trainer.Start(options, data))
        {
            Assert.Equal((GlobalPooling.Average, 0, 4), (trainer.Options.Pooling, trainer.Options.ReductionRatio, trainer.Options.Width));
            trainer.Run(cancellation: Cancellation);
        }

        using (var trainer = Trainer.Resume(options with { Epochs = 2 }, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var trained = CheckpointStore.Load(Path.Combine(options.Output, "last.pt"));
        Assert.Equal(checkpoint.Architecture.Hyperparameters["stem"], trained.Architecture.Hyperparameters["stem"]);
    }

    [Fact]
    public void A_training_resumes_with_its_own_images_only()
    {
        var options = Options("images") with { Epochs = 1 };
        using (var trainer = Trainer.Start(options, SmallData()))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var other = Data(DrawnFaces.Dataset(labels: 3, perLabel: 10, size: 16, seed: 4), DrawnFaces.Dataset(labels: 3, perLabel: 4, size: 16, seed: 9));
        var failure = Assert.Throws<FerException>(() => Trainer.Resume(options with { Epochs = 2 }, other));

        Assert.Contains("have changed since training", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_resumes_with_its_own_teachers_only()
    {
        var data = SmallData();
        var teacher = Options("teacher") with { Epochs = 1 };
        Train(teacher, data);
        var path = Path.Combine(teacher.Output, "fer.pt");
        var options = Options("student") with { Epochs = 1, Teachers = [path] };
        Train(options, data);
        // A teacher that was trained further is another teacher.
        CheckpointStore.Save(path, CheckpointStore.Load(path) with { Temperature = 3 });

        var failure = Assert.Throws<FerException>(() => Trainer.Resume(options with { Epochs = 2 }, data));

        Assert.Contains($"{path}: not the files that training", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_optimizer_is_refused()
    {
        var options = Options("other");
        var data = SmallData();
        using (var trainer = Trainer.Start(options with { Epochs = 1 }, data))
        {
            trainer.Run(cancellation: Cancellation);
        }

        var failure = Assert.Throws<FerException>(() => Trainer.Resume(options with { Optimizer = OptimizerKind.Sgd }, data));

        Assert.Contains("momentum_buffer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_training_in_the_same_folder_is_refused_and_changes_nothing()
    {
        var (options, data) = (Options("shared") with { Epochs = 1 }, SmallData());
        using (var first = Trainer.Start(options, data))
        {
            Assert.Contains("in use by another training run", Assert.Throws<FerException>(() => Trainer.Start(options, data)).Message, StringComparison.Ordinal);
            first.Run(_ => Assert.Throws<FerException>(() => Trainer.Resume(options, data)), cancellation: Cancellation);
        }

        Assert.Contains("already holds a training run", Assert.Throws<FerException>(() => Trainer.Start(options, data)).Message, StringComparison.Ordinal);
        Assert.Equal(["fer.pt", "last.pt"], Directory.GetFileSystemEntries(options.Output).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        using var resumed = Trainer.Resume(options, data);
        Assert.Single(resumed.History);
    }

    [Fact]
    public void A_training_that_cannot_start_releases_its_folder()
    {
        var output = Path.Combine(_folder.Path, "refused");
        var options = Options("other") with { Output = output, Teachers = [_folder.Inside("no.pt")] };

        Assert.Throws<FerException>(() => Trainer.Start(options, SmallData()));
        Assert.False(Directory.Exists(output));
        Assert.Throws<FerException>(() => Trainer.Resume(options with { Teachers = [] }, SmallData()));
        Assert.False(Directory.Exists(output));

        using var trainer = Trainer.Start(options with { Teachers = [] }, SmallData());
    }

    [Fact]
    public void A_training_whose_folder_is_deleted_stops_and_does_not_bring_it_back()
    {
        var options = Options("deleted");
        using (var trainer = Trainer.Start(options, SmallData()))
        {
            var failure = Assert.Throws<FerException>(() => trainer.Run(
                step =>
                {
                    if (step is { Epoch: 2, Step: 2 })
                    {
                        Directory.Delete(options.Output, recursive: true);
                    }
                },
                cancellation: Cancellation));

            Assert.Contains($"{options.Output} was deleted", failure.Message, StringComparison.Ordinal);
            Assert.Single(trainer.History);
        }

        Assert.False(Directory.Exists(options.Output));
    }

    private static float[] Floats(StoredTensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray();

    private string Run(string name) => Directory.CreateDirectory(_folder.Inside(name)).FullName;

    private static void Train(TrainingOptions options, TrainingData data)
    {
        using var trainer = Trainer.Start(options, data);
        trainer.Run(cancellation: Cancellation);
    }

    private TrainingOptions Options(string name) => new()
    {
        Data = _folder.Path,
        Output = Run(name),
        Epochs = 3,
        BatchSize = 8,
        Size = 16,
        Precision = RequestedPrecision.Float32,
        Seed = 5,
        // The default network's training, a few times faster.
        Width = 8,
    };

    private static TrainingData SmallData() =>
        Data(DrawnFaces.Dataset(labels: 3, perLabel: 10, size: 16), DrawnFaces.Dataset(labels: 3, perLabel: 4, size: 16, seed: 9));

    private static TrainingData Data(FaceDataset train, FaceDataset validation) => new(train, validation, null, "a test", null, []);

    private static void StopAfter(TrainingOptions options, TrainingData data, Func<TrainingProgress, bool> isLast, bool resume = false)
    {
        using var cancellation = new CancellationTokenSource();
        using var trainer = resume ? Trainer.Resume(options, data) : Trainer.Start(options, data);
        Assert.Throws<OperationCanceledException>(() => trainer.Run(
            step =>
            {
                if (isLast(step))
                {
                    cancellation.Cancel();
                }
            },
            cancellation: cancellation.Token));
    }
}
