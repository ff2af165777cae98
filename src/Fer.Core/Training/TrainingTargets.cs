using Fer.Core.Checkpoints.Torch;
using Fer.Core.Data;
using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>What the network is trained to predict: labels, votes and teacher predictions, blended.</summary>
internal sealed class TrainingTargets : IDisposable
{
    private readonly Tensor _softTargets;
    private readonly Teachers _teachers;
    private readonly TeacherPredictions? _predictions;
    private readonly AugmentedViews _views;
    private readonly BatchLoader _plainViews;
    private readonly Hardware _hardware;
    private readonly bool _degrades;
    private readonly bool _mirrors;

    /// <param name="options">Name the teachers and the votes.</param>
    /// <param name="train">The training images.</param>
    /// <param name="hardware">Where to compute.</param>
    /// <param name="predictions">Those of the teachers so far, in a training run that is resumed; or null.</param>
    /// <exception cref="FerException">A teacher or the votes cannot be read, or do not fit the images.</exception>
    public TrainingTargets(TrainingOptions options, FaceDataset train, Hardware hardware, StoredTensor? predictions = null)
    {
        (_views, _hardware) = (options.Views, hardware);
        var augmentation = Augmentation.Named[options.Augment];
        // What a student should learn to ignore, such as noise and poor light, need not spoil its teacher's prediction.
        _degrades = augmentation.Degrades;
        _plainViews = new BatchLoader(train, options.BatchSize, options.Seed, augmentation.Geometry, views: _views);
        // Only where the augmentation mirrors images must an image and its mirror image have the same target.
        _mirrors = augmentation.Mirror > 0;
        _teachers = new Teachers(options.Teachers, train, hardware);
        try
        {
            using var scope = NewDisposeScope();
            if (options.TeacherViews > 0 && _teachers.Count > 0)
            {
                _predictions = new TeacherPredictions(options.TeacherViews, train.Count, train.Labels.Count, predictions, hardware.Device);
            }

            _softTargets = SoftTargets.Create(options, train).to(hardware.Device).DetachFromDisposeScope();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The targets of a batch.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="mixup">The blend of this step.</param>
    /// <param name="faces"><c>[batch, 1, size, size]</c>, the augmented and blended images, pixels 0..255. Where the augmentation degrades images, the teachers see only its geometry.</param>
    /// <param name="epoch">1 for the first.</param>
    /// <param name="step">0 for the first step of the training.</param>
    /// <returns><c>[batch, labels]</c>, probabilities.</returns>
    public Tensor Of(Batch batch, Mixup mixup, Tensor faces, int epoch, long step)
    {
        var indices = batch.Indices.to(_hardware.Device);
        var targets = _softTargets.index_select(0, indices);
        if (_teachers.Count == 0)
        {
            return mixup.Blend(targets);
        }

        if (_predictions is null)
        {
            var shown = _degrades ? mixup.BlendImages(PlainView(indices, batch.Repeats, epoch)) : faces;
            return Complete(mixup.Blend(targets), _teachers.Predict(shown, step, _mirrors));
        }

        // The neighbor in a blend is another one when the view returns.
        return mixup.Blend(Complete(targets, _predictions.Get(_views.Of(epoch), indices, unknown => _teachers.PredictMean(PlainView(unknown, new int[unknown.shape[0]], epoch)))));
    }

    /// <summary>The teachers' predictions so far; null unless they are kept.</summary>
    public StoredTensor? CapturePredictions() => _predictions?.Capture();

    public void Dispose()
    {
        // Null where the constructor failed.
        _softTargets?.Dispose();
        _predictions?.Dispose();
        _teachers.Dispose();
    }

    private Tensor PlainView(Tensor indices, int[] repeats, int epoch)
    {
        var batch = _plainViews.Load(Array.ConvertAll(indices.cpu().data<long>().ToArray(), index => (int)index), repeats, epoch);
        return batch.Pixels.to(_hardware.Device);
    }

    /// <summary>Adds the prediction to each target, with the weight that the target lacks to a sum of 1.</summary>
    private static Tensor Complete(Tensor targets, Tensor prediction)
    {
        var weight = targets.sum(1, keepdim: true).neg_().add_(Scalars.One, Scalars.One);
        return weight.mul(prediction).add_(targets, Scalars.One);
    }
}
