using System.Globalization;
using Fer.Core.Data.Samples;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Summaries;
using Fer.Core.Detection.Tracking;

namespace Fer.Core.Tests.Detection.Summaries;

/// <summary>A video of three sample faces that change their expression, from the file to the timeline.</summary>
[Collection(nameof(SampleClassifier))]
public sealed class TimelineOfVideoTests(SampleClassifier reader) : IDisposable
{
    // For a long run: FER_TIMELINE_SECONDS=600 FER_TIMELINE_DIR=report.
    private const string SecondsName = "FER_TIMELINE_SECONDS", FolderName = "FER_TIMELINE_DIR";
    private const int DefaultSeconds = 24;

    private static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable(SecondsName) ?? $"{DefaultSeconds}", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Trait("Speed", "slow")]
    [Fact]
    public void The_timeline_says_what_was_put_in_and_each_person_keeps_one_id()
    {
        var video = new DemoVideo { People = 3, Seconds = Seconds, FramesPerSecond = 10, ExpressionSeconds = 8, Seed = 33 };
        var path = _folder.Inside("people.mp4");
        video.Write(path, TestContext.Current.CancellationToken);
        var people = video.Frames().First().Faces;
        // A long run keeps its report, to be looked at.
        var report = Environment.GetEnvironmentVariable(FolderName) ?? _folder.Inside("report");
        var idsOf = people.ToDictionary(person => person.Person, _ => new HashSet<int>());

        using (var detector = new HaarFaceDetector(new HaarOptions()))
        using (var classifier = new EmotionClassifier(reader.Checkpoint))
        using (var sink = new RunReport(classifier.Labels, new ReportOptions(report)))
        {
            var truth = video.Frames().GetEnumerator();
            var watch = new CollectingSink { OnFrame = frame => Watch(frame, truth) };
            var pipeline = new EmotionPipeline(detector, classifier, new TrackingOptions());
            new DetectionLoop(FrameSources.Open(path, new SourceOptions()), pipeline, [sink, watch], new LoopOptions()).Run(TestContext.Current.CancellationToken);
        }

        Assert.All(idsOf.Values, ids => Assert.Single(ids));
        Assert.Equal(3, idsOf.Values.SelectMany(ids => ids).Distinct().Count());
        AssertLabels(video, Path.Combine(report, "timeline.csv"), idsOf.ToDictionary(ids => ids.Value.Single(), ids => ids.Key));

        bool Watch(Frame frame, IEnumerator<DemoFrame> truth)
        {
            truth.MoveNext();
            foreach (var person in truth.Current.Faces)
            {
                foreach (var face in frame.DetectedFaces.Where(face => FaceBoxes.Overlap(face.Box, person.Box) > 0.5))
                {
                    idsOf[person.Person].Add(face.TrackId);
                }
            }

            return true;
        }
    }

    /// <summary>The label of at least 95% of the seconds in which a face was seen is that of its expression.</summary>
    private static void AssertLabels(DemoVideo video, string timeline, Dictionary<int, int> personOf)
    {
        var expected = video.Frames().GroupBy(frame => frame.Number / video.FramesPerSecond)
            .SelectMany(second => second.SelectMany(frame => frame.Faces).GroupBy(face => face.Person)
                .Select(faces => (Person: faces.Key, Second: second.Key, Label: faces.CountBy(face => face.Label).MaxBy(count => count.Value).Key)))
            .ToDictionary(entry => (entry.Person, entry.Second), entry => SampleFaces.Labels[entry.Label]);
        var rows = File.ReadLines(timeline).Skip(1).Select(Csv.Fields).ToList();
        var right = rows.Count(row => expected[(personOf[int.Parse(row[2], CultureInfo.InvariantCulture)], int.Parse(row[1], CultureInfo.InvariantCulture))] == row[4]);

        Assert.InRange(rows.Count, 0.95 * expected.Count, expected.Count);
        Assert.True(right >= 0.95 * rows.Count, $"{right} of {rows.Count} seconds are right");
    }
}
