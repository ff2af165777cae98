using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class BatchLoaderTests
{
    private static readonly FaceDataset Faces = DrawnFaces.Dataset(labels: 3, perLabel: 7, size: 16);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(99, 5)]
    public void Each_epoch_visits_every_face_once(int seed, int epoch)
    {
        var order = new BatchLoader(Faces, 4, (ulong)seed, new Augmentation()).Order(epoch);

        Assert.Equal(Enumerable.Range(0, 21), order.Order());
    }

    [Fact]
    public void Balanced_sampling_shows_each_label_equally_often_and_every_frequent_image_in_turn()
    {
        var rare = Faces.Subset([.. Enumerable.Range(0, 21).Where(image => Faces.Targets[image] != 2 || image == 2)]);
        var loader = new BatchLoader(rare, 4, seed: 1, new Augmentation(), Sampling.Balanced);

        Assert.Equal([5, 5, 5], loader.Order(1).GroupBy(image => rare.Targets[image]).OrderBy(label => label.Key).Select(label => label.Count()));
        Assert.Equal(rare.Count, Enumerable.Range(1, 8).SelectMany(loader.Order).Distinct().Count());
        Assert.Equal(loader.Order(3), loader.Order(3));
    }

    [Fact]
    public void Balanced_sampling_augments_a_repeated_image_differently_each_time()
    {
        var rare = Faces.Subset([.. Enumerable.Range(0, 21).Where(image => Faces.Targets[image] != 2 || image == 2)]);
        var loader = new BatchLoader(rare, rare.Count, seed: 1, Augmentation.Named["standard"], Sampling.Balanced);

        using var batch = Assert.Single(loader.Epoch(1));
        var images = batch.Pixels.data<float>().ToArray().Chunk(16 * 16).Zip(batch.Targets.data<long>().ToArray(), (pixels, label) => (pixels, label));

        Assert.Equal(5, images.Where(image => image.label == 2).Select(image => string.Join(' ', image.pixels)).Distinct().Count());
    }

    [Fact]
    public void The_same_seed_and_epoch_give_the_same_batches_and_another_epoch_others()
    {
        var augmentation = Augmentation.Named["standard"];
        var first = Pixels(new BatchLoader(Faces, 4, 3, augmentation), 1);

        Assert.Equal(first, Pixels(new BatchLoader(Faces, 4, 3, augmentation), 1));
        Assert.NotEqual(first, Pixels(new BatchLoader(Faces, 4, 3, augmentation), 2));
        Assert.NotEqual(first, Pixels(new BatchLoader(Faces, 4, 4, augmentation), 1));
    }

    [Fact]
    public void An_epoch_cut_in_two_continues_with_the_same_batches()
    {
        var loader = new BatchLoader(Faces, 4, 3, Augmentation.Named["standard"]);

        Assert.Equal(Pixels(loader, 1).Skip(2 * 4 * 16 * 16), Pixels(loader, 1, from: 2));
    }

    [Theory]
    [InlineData(5, new long[] { 5, 5, 5, 6 })]
    [InlineData(6, new long[] { 6, 6, 6, 3 })]
    [InlineData(7, new long[] { 7, 7, 7 })]
    [InlineData(30, new long[] { 21 })]
    public void The_last_batch_holds_the_rest_and_no_face_is_alone(int batchSize, long[] expected)
    {
        var loader = new BatchLoader(Faces, batchSize, 3, new Augmentation());
        List<long> sizes = [];
        foreach (var batch in loader.Epoch(1))
        {
            using (batch)
            {
                sizes.Add(batch.Pixels.shape[0]);
            }
        }

        Assert.Equal(expected, sizes);
        Assert.Equal(expected.Length, loader.BatchCount);
    }

    [Fact]
    public void Fixed_views_repeat_every_second_time_as_mirror_images()
    {
        var loader = new BatchLoader(Faces, 4, 3, Augmentation.Named["standard"], views: new AugmentedViews(2));
        float[] Epoch(int epoch)
        {
            using var batch = loader.Load([4, 2], epoch);
            return batch.Pixels.data<float>().ToArray();
        }

        float[] Mirrored(float[] pixels) => [.. pixels.Chunk(16).SelectMany(row => row.Reverse())];

        Assert.NotEqual(Epoch(1), Epoch(2));
        Assert.Equal(Mirrored(Epoch(1)), Epoch(3));
        Assert.Equal(Mirrored(Epoch(2)), Epoch(4));
        Assert.Equal(Epoch(1), Epoch(5));
        Assert.NotEqual(loader.Order(1), loader.Order(5));
    }

    [Fact]
    public void Faces_that_the_augmentation_does_not_mirror_stay_as_they_are()
    {
        var loader = new BatchLoader(Faces, 4, 3, new Augmentation(), views: new AugmentedViews(1));
        using Batch first = loader.Load([0], 1), second = loader.Load([0], 2);

        Assert.Equal(first.Pixels.data<float>().ToArray(), second.Pixels.data<float>().ToArray());
    }

    private static float[] Pixels(BatchLoader loader, int epoch, int from = 0)
    {
        List<float> pixels = [];
        foreach (var batch in loader.Epoch(epoch, from))
        {
            using (batch)
            {
                pixels.AddRange(batch.Pixels.data<float>().ToArray());
            }
        }

        return [.. pixels];
    }
}
