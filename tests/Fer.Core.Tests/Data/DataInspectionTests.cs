using Fer.Core.Data;
using Fer.Core.Reporting;

namespace Fer.Core.Tests.Data;

public sealed class DataInspectionTests
{
    [Fact]
    public void The_progress_runs_to_the_end_over_all_splits_and_the_work_can_be_stopped()
    {
        using var folder = new TemporaryFolder();
        DrawnFaces.WriteFolder(folder.Path, "train", labels: 2, perLabel: 3);
        DrawnFaces.WriteFolder(folder.Path, "test", labels: 2, perLabel: 1);
        var seen = new List<double>();

        DataInspection.Of(ImageFolder.Open(folder.Path), 48, seen.Add, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 8).Select(files => files / 8.0), seen);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DataInspection.Of(ImageFolder.Open(folder.Path), 48, cancellation: stopped.Token));
    }

    [Fact]
    public void A_split_without_a_readable_image_is_reported_beside_the_others()
    {
        using var folder = new TemporaryFolder();
        DrawnFaces.WriteFolder(folder.Path, "train", labels: 2, perLabel: 3);
        File.WriteAllText(folder.Inside("test", "label0", "a.png"), "no image");
        File.WriteAllText(folder.Inside("test", "label1", "b.png"), "no image");

        var inspection = DataInspection.Of(ImageFolder.Open(folder.Path), 48, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal("train", Assert.Single(inspection.Splits).Name);
        Assert.Equal(["test"], inspection.UnreadableSplits);
        Assert.Equal(2, inspection.Unreadable.Count);
        Directory.Delete(folder.Inside("train"), recursive: true);
        Assert.Contains("none of the 2 files is a readable image", Assert.Throws<FerException>(() => DataInspection.Of(ImageFolder.Open(folder.Path), 48, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_conflicts_and_leaks_are_found_whatever_the_file_format()
    {
        using var folder = new TemporaryFolder();
        DrawnFaces.WriteFolder(folder.Path, "train", labels: 2, perLabel: 3);
        DrawnFaces.WriteFolder(folder.Path, "test", labels: 2, perLabel: 2, seed: 2);
        var original = folder.Inside("train", "label0", "000.png");
        File.Copy(original, folder.Inside("train", "label0", "copy.png"));
        File.Copy(original, folder.Inside("train", "label1", "conflict.png"));
        using (var image = new OpenCvSharp.Mat(folder.Inside("train", "label1", "001.png")))
        {
            // Other bytes, the same pixels.
            OpenCvSharp.Cv2.ImWrite(folder.Inside("test", "label1", "leak.bmp"), image);
        }

        File.WriteAllText(folder.Inside("test", "label0", "notes.txt"), "no image");
        File.WriteAllText(folder.Inside("test", "label0", "broken.png"), "no image");

        var inspection = DataInspection.Of(ImageFolder.Open(folder.Path), 48, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(3, inspection.ExtraCopies);
        Assert.Equal(["label0", "label1"], Assert.Single(inspection.Conflicts).Labels);
        Assert.Equal(["train", "test"], Assert.Single(inspection.Leaks).Splits);
        Assert.EndsWith("broken.png", Assert.Single(inspection.Unreadable).Path, StringComparison.Ordinal);
        Assert.EndsWith("notes.txt", Assert.Single(inspection.NotImages), StringComparison.Ordinal);
        Assert.Equal([4, 4], inspection.Splits[0].Counts);
        Assert.Equal([2, 3], inspection.Splits[1].Counts);
    }

    [Fact]
    public void The_charts_of_a_folder_are_written()
    {
        using var folder = new TemporaryFolder();
        DrawnFaces.WriteFolder(folder.Path, "train", labels: 3, perLabel: 3);
        DrawnFaces.WriteFolder(folder.Path, "test", labels: 3, perLabel: 2, seed: 2);
        var inspection = DataInspection.Of(ImageFolder.Open(folder.Path), 48, cancellation: TestContext.Current.CancellationToken);
        string[] paths = [folder.Inside("charts", "counts.png"), folder.Inside("charts", "samples.png"), folder.Inside("charts", "means.png")];

        DataCharts.Counts(paths[0], inspection);
        DataCharts.Samples(paths[1], inspection);
        DataCharts.Means(paths[2], inspection);

        Assert.All(paths, path =>
        {
            using var image = new OpenCvSharp.Mat(path, OpenCvSharp.ImreadModes.Grayscale);
            OpenCvSharp.Cv2.MeanStdDev(image, out _, out var deviation);
            Assert.True(image.Width > 300 && image.Height > 200 && deviation.Val0 > 5, path);
        });
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void FER2013_has_its_published_statistics()
    {
        var data = Environment.GetEnvironmentVariable("FER2013_DIR");
        Assert.SkipWhen(data is null, "FER2013_DIR is not set");

        var inspection = DataInspection.Of(ImageFolder.Open(data), 48, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([3995, 436, 4097, 7215, 4965, 4830, 3171], inspection.Splits[0].Counts);
        Assert.Equal(0.5077, inspection.Splits[0].Mean, 4);
        Assert.Equal(0.2551, inspection.Splits[0].StandardDeviation, 4);
        Assert.Empty(inspection.Unreadable);
    }
}
