using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Fer.Core.Data;

/// <summary>A step's worth of faces.</summary>
/// <param name="Pixels"><c>[batch, 1, size, size]</c>, float32, 0..255, augmented and not yet normalized.</param>
/// <param name="Targets"><c>[batch]</c>, int64, the label's index.</param>
/// <param name="Faces"><c>[batch]</c>, int64, the face's index in the data set.</param>
public sealed record Batch(Tensor Pixels, Tensor Targets, Tensor Faces) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Pixels.Dispose();
        Targets.Dispose();
        Faces.Dispose();
    }
}

/// <summary>Batches of a data set. An epoch's order and changes derive from (seed, epoch) and nothing else.</summary>
/// <param name="dataset">The faces.</param>
/// <param name="batchSize">Faces a batch; the last batch of an epoch may be smaller, and takes in a face that would be left alone.</param>
/// <param name="seed">Of the shuffle and the augmentation.</param>
/// <param name="augmentation">The random changes of each face.</param>
public sealed class BatchLoader(FaceDataset dataset, int batchSize, ulong seed, Augmentation augmentation)
{
    // Keys that keep the shuffle and the augmentation of an epoch apart.
    private const int ShuffleKey = 1, AugmentationKey = 2;

    /// <summary>Batches an epoch.</summary>
    public int BatchCount => (dataset.Count + batchSize - 1) / batchSize - (LeavesOneAlone ? 1 : 0);

    /// <summary>One face alone has no variance, which batch norm would divide by.</summary>
    private bool LeavesOneAlone => batchSize > 1 && dataset.Count > batchSize && dataset.Count % batchSize == 1;

    /// <summary>The order of an epoch: every face once.</summary>
    public int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        CounterRandom.For(seed, epoch, ShuffleKey).Shuffle<int>(order);
        return order;
    }

    /// <summary>The batches of an epoch from the given one on; the caller disposes each.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int from = 0)
    {
        foreach (var chunk in Chunks(Order(epoch)).Skip(from))
        {
            yield return Load(chunk, epoch);
        }
    }

    /// <summary>Chosen faces as they are in an epoch; the caller disposes the batch.</summary>
    public Batch Load(int[] indices, int epoch) => Load(indices, (index, pixels) =>
        augmentation.Apply(dataset.Face(index), dataset.Size, CounterRandom.For(seed, epoch, AugmentationKey, index), pixels));

    /// <summary>Every face once, in the order of the data set, unchanged but for the given view.</summary>
    public static IEnumerable<Batch> InOrder(FaceDataset dataset, int batchSize, TestTimeView view)
    {
        var loader = new BatchLoader(dataset, batchSize, 0, new Augmentation());
        foreach (var chunk in loader.Chunks(Enumerable.Range(0, dataset.Count)))
        {
            yield return loader.Load(chunk, (index, pixels) => view.Apply(dataset.Face(index), dataset.Size, pixels));
        }
    }

    private IEnumerable<int[]> Chunks(IEnumerable<int> faces)
    {
        var chunks = faces.Chunk(batchSize);
        return LeavesOneAlone ? [.. chunks.SkipLast(2), [.. chunks.TakeLast(2).SelectMany(chunk => chunk)]] : chunks;
    }

    private Batch Load(int[] indices, WritePixels write)
    {
        var size = dataset.Size;
        var pixels = empty(indices.Length, 1, size, size);
        Workers.For(indices.Length, i =>
            write(indices[i], MemoryMarshal.Cast<byte, float>(pixels.bytes).Slice(i * size * size, size * size)));
        return new Batch(
            pixels,
            tensor(Array.ConvertAll(indices, index => (long)dataset.Targets[index])),
            tensor(Array.ConvertAll(indices, index => (long)index)));
    }

    private delegate void WritePixels(int index, Span<float> pixels);
}
