using Fer.Core.Data;
using Fer.Core.Data.Samples;
using OpenCvSharp;

namespace Fer.Core.Tests.Data.Samples;

public sealed class SampleFacesTests
{
    [Fact]
    public void The_same_seed_gives_the_same_faces_and_another_seed_others()
    {
        var faces = SampleFaces.Draw(perLabel: 3, seed: 1);

        Assert.Equal(faces.Pixels, SampleFaces.Draw(perLabel: 3, seed: 1).Pixels);
        Assert.NotEqual(faces.Pixels, SampleFaces.Draw(perLabel: 3, seed: 2).Pixels);
        Assert.All(Enumerable.Range(0, 7), label => Assert.Equal(3, faces.Targets.Count(target => target == label)));
    }

    [Fact]
    public void No_two_faces_are_alike()
    {
        var faces = SampleFaces.Draw(perLabel: 20, seed: 1);

        Assert.Equal(faces.Count, Enumerable.Range(0, faces.Count).Select(face => Convert.ToHexString(faces.Face(face))).Distinct().Count());
    }

    [Fact]
    public void Labels_can_be_told_apart_by_their_mean_faces()
    {
        var (known, others) = (SampleFaces.Draw(perLabel: 30, seed: 1), SampleFaces.Draw(perLabel: 10, seed: 2));
        double[][] means = [.. Enumerable.Range(0, 7).Select(label => Mean([.. Enumerable.Range(0, known.Count).Where(face => known.Targets[face] == label).Select(face => Normalized(known.Face(face)))]))];

        var right = Enumerable.Range(0, others.Count).Count(face =>
        {
            var pixels = Normalized(others.Face(face));
            double[] products = [.. means.Select(mean => mean.Zip(pixels, (a, b) => a * b).Sum())];
            return Array.IndexOf(products, products.Max()) == others.Targets[face];
        });

        // Chance is one in seven; a network does far better than this.
        Assert.InRange(right / (double)others.Count, 0.5, 1);
    }

    [Fact]
    public void A_folder_of_faces_can_be_trained_on_and_is_never_mixed_with_another()
    {
        using var folder = new TemporaryFolder();
        var target = Path.Combine(folder.Path, "faces");
        SampleFaces.WriteFolder(target, perLabel: 4, seed: 3, TestContext.Current.CancellationToken);

        var files = ImageFolder.Open(target);
        var train = FaceDataset.Load(files.Labels, files.Split("train"), SampleFaces.Size, out var unreadable, TestContext.Current.CancellationToken);

        Assert.Empty(unreadable);
        Assert.Equal(LabelSet.Fer2013, files.Labels);
        Assert.Equal(28, train.Count);
        Assert.Equal(7, files.Split("test").Count);
        Assert.Equal(SampleFaces.Draw(4, CounterRandom.Mix(3, 0)).Pixels, train.Pixels);
        Assert.Throws<FerException>(() => SampleFaces.WriteFolder(target, perLabel: 1, seed: 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_video_shows_each_person_at_its_stated_place_and_changes_expressions()
    {
        var video = new DemoVideo { People = 2, Seconds = 5, FramesPerSecond = 4, Crossing = true };
        var frames = 0;
        List<int> labels = [];
        foreach (var frame in video.Frames())
        {
            frames++;
            Assert.Equal(new Size(640, 480), frame.Image.Size());
            Assert.Equal([0, 1], frame.Faces.Select(face => face.Person));
            Assert.All(frame.Faces, face => Assert.Equal(face.Box, face.Box & new Rect(0, 0, 640, 480)));
            labels.Add(frame.Faces[0].Label);
        }

        Assert.Equal(20, frames);
        Assert.Equal(3, labels.Distinct().Count());
        Assert.Single(labels.Take(8).Distinct());
    }

    [Fact]
    public void A_written_video_opens_with_all_its_frames()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Inside("demo.mp4");
        new DemoVideo { Seconds = 2, FramesPerSecond = 10 }.Write(path, TestContext.Current.CancellationToken);

        using var capture = new VideoCapture(path);
        using var image = new Mat();
        var frames = 0;
        while (capture.Read(image) && !image.Empty())
        {
            frames++;
        }

        Assert.Equal(20, frames);
        Assert.Equal([path], Directory.EnumerateFiles(folder.Path));
    }

    private static double[] Normalized(ReadOnlySpan<byte> face)
    {
        double[] pixels = Array.ConvertAll(face.ToArray(), pixel => (double)pixel);
        var mean = pixels.Average();
        var norm = Math.Sqrt(pixels.Sum(pixel => (pixel - mean) * (pixel - mean)));
        return Array.ConvertAll(pixels, pixel => (pixel - mean) / norm);
    }

    private static double[] Mean(double[][] faces) => [.. Enumerable.Range(0, faces[0].Length).Select(pixel => faces.Average(face => face[pixel]))];
}
