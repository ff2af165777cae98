using Fer.Core.Data.Samples;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Tracking;

namespace Fer.Core.Tests.Detection.Tracking;

/// <summary>From images to labels: two sample faces walk through each other's place and change their expression.</summary>
[Collection(nameof(SampleClassifier))]
public sealed class CrossingFacesTests(SampleClassifier reader)
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
