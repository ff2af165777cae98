using Fer.Core.Checkpoints;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Training;

/// <summary>
/// A process can be killed at any moment. The run folder is copied after every step and after every file that a short
/// training writes; each copy must resume to exactly the weights of the training that nobody killed.
/// </summary>
// The initial weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class CrashConsistencyTests : IDisposable
{
    private const int Epochs = 2, StepsPerEpoch = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly TrainingData _data = new(
        DrawnFaces.Dataset(labels: 3, perLabel: 10, size: 16), DrawnFaces.Dataset(labels: 3, perLabel: 4, size: 16, seed: 9), null, "a test", null, []);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData(0.9, false)]
    [InlineData(0, false)]
    [InlineData(0.9, true)]
    public void Whatever_a_crash_leaves_resumes_to_the_same_weights(double ema, bool savesEveryStep)
    {
        var options = new TrainingOptions
        {
            Data = _folder.Path,
            Output = _folder.Inside("whole"),
            Epochs = Epochs,
            BatchSize = 8,
            Size = 16,
            Precision = RequestedPrecision.Float32,
            Seed = 5,
            Ema = ema,
            // The default network's training, a few times faster.
            Width = 8,
        };
        var copies = new List<string>();
        using (var trainer = Trainer.Start(options, _data))
        {
            if (savesEveryStep)
            {
                trainer.SaveInterval = TimeSpan.Zero;
            }

            trainer.CheckpointWritten = () => Copy("written");
            trainer.Run(step => Copy($"epoch-{step.Epoch}-step-{step.Step}"), _ => Copy("epoch-end"), Cancellation);
        }

        // Before the first step, after every step, before and after the validation, after fer.pt, at the end of the epoch.
        Assert.InRange(copies.Count, 1 + Epochs * (StepsPerEpoch + 3) + (savesEveryStep ? Epochs * StepsPerEpoch : 0), 100);
        Assert.Contains(copies, copy => File.Exists(Path.Combine(copy, "fer.pt")) && TrainingSnapshot.Load(Path.Combine(copy, "last.pt")).History.Count == 0);
        if (savesEveryStep)
        {
            Assert.Contains(copies, copy => TrainingSnapshot.Load(Path.Combine(copy, "last.pt")).Totals.Steps is > 0 and < StepsPerEpoch);
        }

        var expected = Weights(options.Output);
        foreach (var copy in copies)
        {
            using (var trainer = Trainer.Resume(options with { Output = copy }, _data))
            {
                Assert.Equal(Epochs, trainer.Run(cancellation: Cancellation).Count);
            }

            AssertSame(expected, Weights(copy), Path.GetFileName(copy));
        }

        void Copy(string moment)
        {
            var copy = Directory.CreateDirectory(_folder.Inside($"{copies.Count:00}-{moment}")).FullName;
            foreach (var file in Directory.GetFiles(options.Output, "*.pt"))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            copies.Add(copy);
        }
    }

    private static Dictionary<string, byte[]> Weights(string run)
    {
        var (last, best) = (TrainingSnapshot.Load(Path.Combine(run, "last.pt")), CheckpointStore.Load(Path.Combine(run, "fer.pt")));
        var weights = last.Network.Weights.ToDictionary(weight => $"last.{weight.Key}", weight => weight.Value.Data);
        foreach (var (name, tensor) in best.Weights)
        {
            weights.Add($"best.{name}", tensor.Data);
        }

        foreach (var (name, tensor) in last.Average ?? [])
        {
            weights.Add($"average.{name}", tensor.Data);
        }

        foreach (var (moment, tensors) in last.Optimizer.Moments)
        {
            foreach (var (name, tensor) in tensors)
            {
                weights.Add($"{moment}.{name}", tensor.Data);
            }
        }

        return weights;
    }

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual, string moment)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        var different = expected.Where(weight => !weight.Value.AsSpan().SequenceEqual(actual[weight.Key])).Select(weight => weight.Key).ToArray();
        Assert.True(different.Length == 0, $"killed at {moment}: {string.Join(", ", different.Take(5))} differ");
    }
}
