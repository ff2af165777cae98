using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Data.Samples;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;
using Fer.Core.Model;
using Fer.Core.Training;

namespace Fer.Core.Tests.Detection.Tracking;

/// <summary>From images to labels: two sample faces walk through each other's place and change their expression.</summary>
public sealed class CrossingFacesTests(SampleClassifier reader) : IClassFixture<SampleClassifier>
{
    // The box of a person and of a track belong to the same face from this overlap.
    private const double SameFace = 0.5;

    // Faces that share more than this of their area hide each other.
    private const double Apart = 0.05;

    // Pairs whom the cascade detects with every expression; it loses other people for seconds.
    [Theory]
    [InlineData(15, 47)]
    [InlineData(30, 47)]
    [InlineData(15, 97)]
    [InlineData(30, 97)]
    [InlineData(15, 33)]
    [InlineData(30, 33)]
    public void Track_ids_do_not_swap_and_each_change_of_expression_changes_the_label_once(int framesPerSecond, ulong seed)
    {
        var video = new DemoVideo { People = 2, Crossing = true, Seconds = 8, FramesPerSecond = framesPerSecond, Seed = seed };
        using var detector = new HaarFaceDetector(new HaarOptions());
        using var classifier = new EmotionClassifier(reader.Checkpoint);
        var pipeline = new EmotionPipeline(detector, classifier, new TrackingOptions());
        var trackIds = new HashSet<int>[] { [], [] };
        var shown = new List<int>[] { [], [] };
        var expected = new List<int>[] { [], [] };
        foreach (var image in video.Frames())
        {
            using var frame = new Frame { Number = image.Number, Time = TimeSpan.FromSeconds((double)image.Number / framesPerSecond) };
            image.Image.CopyTo(frame.Image);
            pipeline.Process(frame);
            foreach (var person in image.Faces)
            {
                Note(expected[person.Person], person.Label);
                if (image.Faces.All(other => other == person || FaceBoxes.Overlap(other.Box, person.Box) < Apart)
                    && frame.Faces.FirstOrDefault(face => FaceBoxes.Overlap(face.Box, person.Box) > SameFace) is { } seen)
                {
                    trackIds[person.Person].Add(seen.TrackId);
                    Note(shown[person.Person], seen.Label);
                }
            }
        }

        Assert.All(trackIds, seen => Assert.Single(seen));
        Assert.Empty(trackIds[0].Intersect(trackIds[1]));
        Assert.Equal(expected[0], shown[0]);
        Assert.Equal(expected[1], shown[1]);

        static void Note(List<int> labels, int label)
        {
            if (labels.Count == 0 || labels[^1] != label)
            {
                labels.Add(label);
            }
        }
    }
}

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
        using var optimizer = Optimizer.Create(OptimizerKind.Adam, network.named_parameters().Select(p => (p.name, p.parameter)), 0);
        var batches = new BatchLoader(faces, 32, 1, Augmentation.Named["webcam"]);
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
