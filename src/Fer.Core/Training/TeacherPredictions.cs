using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// What the teachers predict for a fixed number of augmented views of each training image. Each view is predicted once, when
/// it is first shown (Shen and Xing 2022, "A Fast Knowledge Distillation Framework for Visual Recognition").
/// </summary>
internal sealed class TeacherPredictions : IDisposable
{
    // Of the predictions in memory and in last.pt.
    private const long MaxBytes = 1L << 30;

    // [views, images, labels], float32; NaN where no teacher has been asked.
    private readonly Tensor _predictions;

    /// <param name="views">Views of each image.</param>
    /// <param name="images">Training images.</param>
    /// <param name="labels">Labels.</param>
    /// <param name="stored">The predictions so far, of a training run that is resumed; or null.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="FerException">The stored predictions are of other images or views, or there are too many.</exception>
    public TeacherPredictions(int views, int images, int labels, StoredTensor? stored, Device device)
    {
        long[] shape = [views, images, labels];
        if (stored is not null && !stored.Shape.SequenceEqual(shape))
        {
            throw new FerException($"the teacher predictions in last.pt have the shape [{string.Join(", ", stored.Shape)}], the training needs [{string.Join(", ", shape)}]");
        }

        var bytes = shape.Aggregate((long)sizeof(float), (product, length) => product * length);
        if (bytes > MaxBytes)
        {
            throw new FerException($"--teacher-views {views} takes {bytes >> 20:N0} MB in memory and in last.pt, for {images:N0} images and {labels} labels; at most {MaxBytes >> 20:N0} MB are allowed: use fewer views");
        }

        using var scope = NewDisposeScope();
        var predictions = stored is null ? full(shape, float.NaN) : StateDictionary.Restore(stored);
        _predictions = predictions.to(device).DetachFromDisposeScope();
    }

    /// <summary>The predictions for a view of some images.</summary>
    /// <param name="view">1 for the first.</param>
    /// <param name="images"><c>[batch]</c>, int64, indices in the dataset.</param>
    /// <param name="predict">Asks the teachers about the images of which this view is new: <c>[images, labels]</c>.</param>
    /// <returns><c>[batch, labels]</c>, probabilities.</returns>
    public Tensor Get(int view, Tensor images, Func<Tensor, Tensor> predict)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var predictions = _predictions[view - 1];
        var unknown = images.masked_select(predictions.select(1, 0).index_select(0, images).isnan());
        if (unknown.NumberOfElements > 0)
        {
            predictions.index_copy_(0, unknown, predict(unknown));
        }

        return predictions.index_select(0, images).MoveToOuterDisposeScope();
    }

    /// <summary>The predictions so far, in managed memory.</summary>
    public StoredTensor Capture() => StateDictionary.Store(_predictions);

    public void Dispose() => _predictions.Dispose();
}
