using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Data.Samples;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Support;

/// <summary>
/// A small network that has learned the sample faces as the demo video shows them, well enough that its rounding, which
/// differs from processor to processor, decides no label.
/// </summary>
public sealed class SampleClassifier
{
    // Four people a video show each expression twice.
    private const int Videos = 80, Epochs = 10;

    public SampleClassifier()
    {
        var faces = VideoFaces();
        var architecture = new EmotionNetArchitecture { Stem = 12, Stages = [24, 48, 64] };
        var preprocessing = faces.MeasurePreprocessing();
        TorchSharp.torch.manual_seed(1);
        using var network = architecture.Build(faces.Labels.Count, faces.Size);
        using var optimizer = Optimizer.Create(OptimizerKind.Adam, new ParameterGroup(network.named_parameters().Select(p => (p.name, p.parameter))));
        // Its errors are part of the tests: a preset may change, this must not.
        var augmentation = Augmentation.Named["standard"] with { Blur = 0.025, Noise = 0.06 };
        var batches = new BatchLoader(faces, 32, 1, augmentation);
        var schedule = new LearningRateSchedule(LearningRateCurve.Cosine, 2e-3, Epochs * batches.BatchCount, WarmUp: 0.1);
        var input = new FacePreprocessor(preprocessing);
        var step = 0;
        network.train();
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            foreach (var batch in batches.Epoch(epoch))
            {
                using (batch)
                {
                    using var scope = TorchSharp.torch.NewDisposeScope();
                    network.Masks.Begin(1, epoch, step);
                    TorchSharp.torch.nn.functional.cross_entropy(network.call(input.Normalize(batch.Pixels)), batch.Targets).backward();
                    optimizer.Step(schedule.At(step++));
                }
            }
        }

        Checkpoint = new Checkpoint(architecture, faces.Labels, preprocessing, new Dictionary<string, double>(), StateDictionary.Capture(network));
    }

    public Checkpoint Checkpoint { get; }

    /// <summary>The faces of other videos, cropped in the middle of each expression.</summary>
    private static FaceDataset VideoFaces()
    {
        var cutter = new FacePreprocessor(Preprocessing.UnitRange);
        var pixels = new List<byte[]>();
        var targets = new List<int>();
        for (var video = 0; video < Videos; video++)
        {
            foreach (var frame in new DemoVideo { People = 4, FramesPerSecond = 1, Seed = 1000 + (ulong)video }.Frames().Where(frame => frame.Number % 2 == 1))
            {
                foreach (var face in frame.Faces)
                {
                    pixels.Add(new byte[SampleFaces.Size * SampleFaces.Size]);
                    cutter.Crop(frame.Image, face.Box, pixels[^1]);
                    targets.Add(face.Label);
                }
            }
        }

        string[] paths = [.. targets.Select((label, i) => $"{label}/{i}")];
        return new FaceDataset(SampleFaces.Labels, SampleFaces.Size, [.. pixels.SelectMany(face => face)], [.. targets], paths);
    }
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(SampleClassifier))]
public sealed class SampleClassifierCollection : ICollectionFixture<SampleClassifier>;
