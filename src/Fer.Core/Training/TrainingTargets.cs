using Fer.Core.Data;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>What the network is trained to predict: labels, votes and teacher predictions, blended.</summary>
internal sealed class TrainingTargets : IDisposable
{
    private readonly Tensor _softTargets;
    private readonly Teachers _teachers;
    private readonly bool _mirrors;

    /// <exception cref="FerException">A teacher or the votes cannot be read, or do not fit the images.</exception>
    public TrainingTargets(TrainingOptions options, FaceDataset train, Hardware hardware)
    {
        // Only where the augmentation mirrors images must an image and its mirror image have the same target.
        _mirrors = Augmentation.Named[options.Augment].Mirror > 0;
        _teachers = new Teachers(options.Teachers, train, hardware);
        try
        {
            using var scope = NewDisposeScope();
            _softTargets = SoftTargets.Create(options, train).to(hardware.Device).DetachFromDisposeScope();
        }
        catch
        {
            _teachers.Dispose();
            throw;
        }
    }

    /// <summary>The targets of a batch.</summary>
    /// <param name="indices"><c>[batch]</c>, int64, of the images in the dataset.</param>
    /// <param name="mixup">The blend of this step.</param>
    /// <param name="faces"><c>[batch, 1, size, size]</c>, the augmented and blended images, pixels 0..255.</param>
    /// <param name="step">0 for the first step of the training.</param>
    /// <returns><c>[batch, labels]</c>, probabilities.</returns>
    public Tensor Of(Tensor indices, Mixup mixup, Tensor faces, int step) =>
        _teachers.Complete(mixup.Blend(_softTargets.index_select(0, indices)), faces, step, _mirrors);

    public void Dispose()
    {
        _softTargets.Dispose();
        _teachers.Dispose();
    }
}
