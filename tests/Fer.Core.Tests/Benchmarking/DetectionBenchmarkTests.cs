using Fer.Core.Benchmarking;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Model;
using OpenCvSharp;

namespace Fer.Core.Tests.Benchmarking;

// The tutorial's loop changes the number of libtorch's threads.
[Collection(nameof(Alone))]
public sealed class DetectionBenchmarkTests
{
    [Fact]
    public void Percentiles_use_the_nearest_rank()
    {
        Assert.Equal(new Latency(50, 95, 99), Latency.Of(Enumerable.Range(1, 100).Select(i => (double)i).Reverse()));
        Assert.Equal(new Latency(0, 0, 0), Latency.Of([]));
        Assert.Equal(new Latency(7, 7, 7), Latency.Of([7]));
    }

    [Fact]
    public void Frames_are_repeated_forwards_and_backwards()
    {
        Mat[] images = [.. Enumerable.Range(0, 3).Select(gray => new Mat(1, 1, MatType.CV_8UC1, Scalar.All(gray)))];
        using var source = new RepeatedSource(images, 30, isLive: false, length: 7);
        using var frame = new Frame();
        var seen = new List<byte>();
        while (source.Read(frame, CancellationToken.None))
        {
            seen.Add(frame.Image.Get<byte>(0, 0));
        }

        Assert.Equal([0, 1, 2, 1, 0, 1, 2], seen);
        Assert.Equal(TimeSpan.FromSeconds(0.2), frame.Time);
    }

    [Fact]
    public void A_scene_is_measured_with_its_faces_and_its_stages()
    {
        var benchmark = new DetectionBenchmark(TinyNetwork.Checkpoint(), Precision.Float32, () => new HaarFaceDetector(new HaarOptions()), TimeSpan.FromSeconds(0.4));

        var scene = benchmark.MeasureDemo(320, 240, people: 1);

        Assert.Equal((320, 240, 1), (scene.Width, scene.Height, scene.People));
        Assert.InRange(scene.FacesFound, 0.5, 2);
        double[] times = [scene.CaptureTime, scene.DetectTime, scene.ClassifyTime, scene.DrawTime];
        Assert.All([scene.Rate, scene.LiveRate, scene.TutorialRate, .. times], figure => Assert.True(figure > 0));
        Assert.InRange(scene.LiveRate, 0, DetectionBenchmark.CameraRate * 1.2);
        Assert.InRange(scene.Dropped, 0, 1);
        Assert.InRange(scene.Latency.Median, 0.01, scene.Latency.Percentile99);
    }
}
