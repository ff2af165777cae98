using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

/// <summary>Data sets and options at the edges: they train, or one line says why not, before anything starts where it can be known.</summary>
// The initial weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class UnusualNumbersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 1, 8)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 5, 1)]
    [InlineData(1000, 1, 128)]
    public void One_image_per_label_a_batch_of_one_and_a_thousand_labels_train_or_are_refused(int labels, int perLabel, int batchSize)
    {
        var failure = Record.Exception(() => Train(labels, perLabel, options => options with { BatchSize = batchSize }));
        Assert.True(failure is null or FerException, failure?.ToString());
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e30)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_exploding_learning_rate_is_one_line(double learningRate)
    {
        // Up to 1e6 the normalization may keep the loss finite.
        var failure = Record.Exception(() => Train(2, 8, options =>
        {
            var changed = options with { LearningRate = learningRate };
            changed.Validate();
            return changed;
        }));
        Assert.True(learningRate <= 1e6 ? failure is null or FerException : failure is FerException, $"{failure}");
    }

    private void Train(int labels, int perLabel, Func<TrainingOptions, TrainingOptions> change)
    {
        var data = new TrainingData(
            DrawnFaces.Dataset(labels, perLabel, size: 16), DrawnFaces.Dataset(labels, perLabel: 1, size: 16, seed: 9), null, "a test", null, []);
        using var trainer = Trainer.Start(
            change(new TrainingOptions
            {
                Data = _folder.Path,
                Output = _folder.Inside("run"),
                Epochs = 2,
                BatchSize = 8,
                Size = 16,
                Precision = RequestedPrecision.Float32,
                Width = 8,
            }),
            data);
        Assert.Equal(2, trainer.Run(cancellation: TestContext.Current.CancellationToken).Count);
    }
}
