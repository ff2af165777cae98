using Fer.Core.Data;
using OpenCvSharp;

namespace Fer.Core.Tests.Data;

public sealed class FaceDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_unreadable_image_is_reported_with_its_path()
    {
        DrawnFaces.WriteFolder(_folder.Path, "train", labels: 2, perLabel: 3);
        var empty = _folder.Inside("train", "label0", "empty.jpg");
        var text = _folder.Inside("train", "label1", "text.png");
        var cut = _folder.Inside("train", "label1", "cut.png");
        File.WriteAllBytes(empty, []);
        File.WriteAllText(text, "this is not an image");
        var pipe = SpecialFiles.Pipe(_folder.Inside("train", "label0", "pipe.png"));
        File.WriteAllBytes(cut, File.ReadAllBytes(Directory.EnumerateFiles(_folder.Inside("train", "label0"), "*.png").First())[..40]);

        var files = ImageFolder.Open(_folder.Path);
        var dataset = FaceDataset.Load(files.Labels, files.Split("train"), 48, out var unreadable, TestContext.Current.CancellationToken);

        Assert.Equal(6, dataset.Count);
        Assert.Equal(new[] { cut, empty, pipe, text }.Order(), unreadable.Select(image => image.Path).Order());
        Assert.Contains("named pipe", unreadable.Single(image => image.Path == pipe).Reason, StringComparison.Ordinal);
        Assert.Contains("empty", unreadable.Single(image => image.Path == empty).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_decoded_file_counts_for_the_progress()
    {
        DrawnFaces.WriteFolder(_folder.Path, "train", labels: 2, perLabel: 5);
        var files = ImageFolder.Open(_folder.Path);
        var seen = new List<int>();

        FaceDataset.Load(files.Labels, files.Split("train"), 48, seen.Add, out _, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 10), seen);
    }

    [Fact]
    public void A_subset_keeps_labels_and_pixels()
    {
        var whole = DrawnFaces.Dataset(labels: 3, perLabel: 4);

        var part = whole.Subset([7, 0, 5]);

        Assert.Equal([whole.Targets[7], whole.Targets[0], whole.Targets[5]], part.Targets);
        Assert.True(part.Face(2).SequenceEqual(whole.Face(5)));
    }

    [Fact]
    public void Color_and_size_do_not_matter()
    {
        using var large = new Mat(200, 120, MatType.CV_8UC3, new Scalar(10, 200, 60));
        using var small = new Mat(20, 20, MatType.CV_8UC1, new Scalar(77));
        Cv2.ImWrite(_folder.Inside("a", "large.jpg"), large);
        Cv2.ImWrite(_folder.Inside("b", "small.bmp"), small);

        var files = ImageFolder.Open(_folder.Path);
        var dataset = FaceDataset.Load(files.Labels, files.Split("train"), 48, out var unreadable, TestContext.Current.CancellationToken);

        Assert.Empty(unreadable);
        // Gray by the weights of ITU-R BT.601.
        Assert.InRange(dataset.Face(0)[0], 0.114 * 10 + 0.587 * 200 + 0.299 * 60 - 3, 0.114 * 10 + 0.587 * 200 + 0.299 * 60 + 3);
        Assert.Equal(77, dataset.Face(1)[1000]);
    }

    [Fact]
    public void The_measured_preprocessing_normalizes_the_pixels()
    {
        var dataset = DrawnFaces.Dataset(labels: 2, perLabel: 5);

        var measured = dataset.MeasurePreprocessing();

        double[] values = [.. dataset.Pixels.Select(pixel => (pixel / 255.0 - measured.Mean) / measured.StandardDeviation)];
        Assert.Equal(0, values.Average(), 6);
        Assert.Equal(1, values.Average(value => value * value), 6);
    }

    [Fact]
    public void A_folder_without_images_is_an_error_that_names_the_first_file()
    {
        var file = _folder.Inside("broken.png");
        File.WriteAllText(file, "no");

        var failure = Assert.Throws<FerException>(() => FaceDataset.Load(LabelSet.Fer2013, [new LabeledImage(file, 0)], 48, out _, TestContext.Current.CancellationToken));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }
}
