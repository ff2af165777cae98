using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Fer.Core.Data;

/// <summary>A batch of training images.</summary>
/// <param name="Pixels"><c>[batch, 1, size, size]</c>, float32, 0..255, augmented and not yet normalized.</param>
/// <param name="Targets"><c>[batch]</c>, int64, index of the label.</param>
/// <param name="Indices"><c>[batch]</c>, int64, index of the image in the dataset.</param>
/// <param name="Repeats">How often the epoch showed each image before, which changes its augmentation.</param>
public sealed record Batch(Tensor Pixels, Tensor Targets, Tensor Indices, int[] Repeats) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Pixels.Dispose();
        Targets.Dispose();
        Indices.Dispose();
    }
}

/// <summary>How often an epoch shows the images of each label.</summary>
public enum Sampling
{
    /// <summary>Every image once.</summary>
    Natural,

    /// <summary>Every label equally often: images of rare labels repeat, some of frequent labels wait for a later epoch.</summary>
    Balanced,
}

/// <summary>Batches of a dataset. The order and augmentation of an epoch depend only on (seed, epoch).</summary>
/// <param name="dataset">The images.</param>
/// <param name="batchSize">Images per batch. The last batch may be smaller; a single remaining image joins the batch before it.</param>
/// <param name="seed">Seed of the shuffle and the augmentation.</param>
/// <param name="augmentation">The augmentation of each image.</param>
/// <param name="sampling">How often an epoch shows the images of each label.</param>
/// <param name="views">Which augmented view of the images an epoch shows.</param>
public sealed class BatchLoader(
    FaceDataset dataset, int batchSize, ulong seed, Augmentation augmentation, Sampling sampling = Sampling.Natural, AugmentedViews views = default)
{
    // Keys that make the shuffle and the augmentation of an epoch independent.
    private const int ShuffleKey = 1, AugmentationKey = 2, SamplingKey = 3;

    /// <summary>Batches per epoch.</summary>
    public int BatchCount => (dataset.Count + batchSize - 1) / batchSize - (LeavesSingleImage ? 1 : 0);

    /// <summary>Whether the last batch would hold a single image, which has no variance for batch norm to divide by.</summary>
    private bool LeavesSingleImage => batchSize > 1 && dataset.Count > batchSize && dataset.Count % batchSize == 1;

    /// <summary>The shuffled order of an epoch: as many images as the dataset has, each once unless the sampling is balanced.</summary>
    public int[] Order(int epoch)
    {
        int[] order = sampling == Sampling.Balanced ? EqualParts(epoch) : [.. Enumerable.Range(0, dataset.Count)];
        CounterRandom.For(seed, epoch, ShuffleKey).Shuffle<int>(order);
        return order;
    }

    /// <summary>The batches of an epoch, starting with the given one; the caller disposes each.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int from = 0)
    {
        var order = Order(epoch);
        var repeats = Repeats(order);
        foreach (var places in Chunks(Enumerable.Range(0, order.Length)).Skip(from))
        {
            yield return Load(Array.ConvertAll(places, place => order[place]), Array.ConvertAll(places, place => repeats[place]), epoch);
        }
    }

    /// <summary>Some images with the augmentation of an epoch, as it shows them first; the caller disposes the batch.</summary>
    public Batch Load(int[] indices, int epoch) => Load(indices, new int[indices.Length], epoch);

    /// <summary>Some images with the augmentation of an epoch; the caller disposes the batch.</summary>
    /// <param name="indices">Images of the dataset.</param>
    /// <param name="repeats">How often the epoch showed each of them before.</param>
    /// <param name="epoch">1 for the first.</param>
    public Batch Load(int[] indices, int[] repeats, int epoch)
    {
        var (view, mirrors) = (views.Of(epoch), views.Mirrors(epoch) && augmentation.Mirror > 0);
        return Load(indices, repeats, (place, pixels) =>
        {
            var index = indices[place];
            // Balanced sampling shows an image several times in an epoch, each time differently; of fixed views there is only this one.
            var random = repeats[place] == 0 || views.Count > 0
                ? CounterRandom.For(seed, view, AugmentationKey, index)
                : CounterRandom.For(seed, view, AugmentationKey, index, repeats[place]);
            augmentation.Apply(dataset.Face(index), dataset.Size, random, pixels);
            for (var row = 0; mirrors && row < pixels.Length; row += dataset.Size)
            {
                pixels.Slice(row, dataset.Size).Reverse();
            }
        });
    }

    /// <summary>Every image once, in the order of the dataset, without augmentation, in the given test-time view.</summary>
    public static IEnumerable<Batch> InOrder(FaceDataset dataset, int batchSize, TestTimeView view)
    {
        var loader = new BatchLoader(dataset, batchSize, 0, new Augmentation());
        foreach (var chunk in loader.Chunks(Enumerable.Range(0, dataset.Count)))
        {
            yield return loader.Load(chunk, new int[chunk.Length], (place, pixels) => view.Apply(dataset.Face(chunk[place]), dataset.Size, pixels));
        }
    }

    /// <summary>As many images of each label, in cycles through its images, which each epoch shuffles anew.</summary>
    private int[] EqualParts(int epoch)
    {
        int[][] labels =
        [
            .. Enumerable.Range(0, dataset.Count)
                .GroupBy(image => dataset.Targets[image])
                .OrderBy(group => group.Key)
                .Select(group => group.ToArray()),
        ];
        foreach (var images in labels)
        {
            CounterRandom.For(seed, epoch, SamplingKey, dataset.Targets[images[0]]).Shuffle<int>(images);
        }

        return [.. Enumerable.Range(0, dataset.Count).Select(place =>
        {
            var (turn, label) = int.DivRem(place, labels.Length);
            return labels[label][turn % labels[label].Length];
        })];
    }

    /// <summary>How often the image at each place of an order was shown before.</summary>
    private int[] Repeats(int[] order)
    {
        var shown = new int[dataset.Count];
        return Array.ConvertAll(order, image => shown[image]++);
    }

    private IEnumerable<int[]> Chunks(IEnumerable<int> indices)
    {
        var chunks = indices.Chunk(batchSize);
        return LeavesSingleImage ? [.. chunks.SkipLast(2), [.. chunks.TakeLast(2).SelectMany(chunk => chunk)]] : chunks;
    }

    private Batch Load(int[] indices, int[] repeats, WritePixels write)
    {
        var size = dataset.Size;
        var pixels = empty(indices.Length, 1, size, size);
        Workers.For(indices.Length, i =>
            write(i, MemoryMarshal.Cast<byte, float>(pixels.bytes).Slice(i * size * size, size * size)));
        return new Batch(
            pixels,
            tensor(Array.ConvertAll(indices, index => (long)dataset.Targets[index])),
            tensor(Array.ConvertAll(indices, index => (long)index)),
            repeats);
    }

    private delegate void WritePixels(int place, Span<float> pixels);
}
