using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Fuzzing;

/// <summary><c>last.pt</c> beyond its format: a file that holds other values resumes or is refused, and never crashes the training.</summary>
// The initial weights come from libtorch's global random number generator.
[Collection(nameof(Alone))]
public sealed class ResumeFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingData _data = new(
        DrawnFaces.Dataset(labels: 2, perLabel: 4, size: 16), DrawnFaces.Dataset(labels: 2, perLabel: 2, size: 16, seed: 9), null, "a test", null, []);

    public void Dispose() => _folder.Dispose();

    [Trait("Speed", "slow")]
    [Fact]
    public void A_training_state_with_other_values_is_refused_in_one_line()
    {
        var last = Path.Combine(Trained().Output, "last.pt");
        Fuzz.Run(ordinary: 300, factor: 1, Changed(File.ReadAllBytes(last)), file =>
        {
            File.WriteAllBytes(last, file);
            TrainingSnapshot.Load(last);
        });
    }

    [Fact]
    public void A_training_resumes_from_other_values_or_refuses_them()
    {
        var options = Trained();
        var last = Path.Combine(options.Output, "last.pt");
        // Resuming builds a network and trains: a hundredth as many.
        Fuzz.Run(ordinary: 40, factor: 0.01, Changed(File.ReadAllBytes(last)), file =>
        {
            File.WriteAllBytes(last, file);
            using var trainer = Trainer.Resume(options with { Epochs = 3 }, _data);
            trainer.Run(cancellation: TestContext.Current.CancellationToken);
        });
    }

    private static FileFactory Changed(byte[] file) => (ref random) =>
    {
        using var whole = new MemoryStream(file);
        var values = TorchArchive.Read(whole);
        ValueMutation.Apply(values, ref random);
        using var changed = new MemoryStream();
        TorchArchive.Write(changed, values);
        return changed.ToArray();
    };

    private TrainingOptions Trained()
    {
        var options = new TrainingOptions
        {
            Data = _folder.Path,
            Output = _folder.Inside("run"),
            Epochs = 1,
            BatchSize = 4,
            Size = 16,
            Precision = RequestedPrecision.Float32,
            Ema = 0.9,
            Width = 8,
        };
        using var trainer = Trainer.Start(options, _data);
        trainer.Run(cancellation: TestContext.Current.CancellationToken);
        return options;
    }
}
