using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Trained networks whose opinion is part of the target (Hinton et al. 2015, "Distilling the Knowledge in a Neural
/// Network"). They look at the very image that the student gets, changed and blended (Beyer et al. 2022, "Knowledge
/// distillation: A good teacher is patient and consistent"): of training faces as they are, they know labels by heart.
/// In turns one of them looks, and every second time at the mirror image. The mean of several and of both views knows
/// more than one (models/EXPERIMENTS.md), and over the steps that mean is what the student is asked for, at no more than one view's cost.
/// </summary>
internal sealed class Teachers : IDisposable
{
    private readonly List<(EmotionNetwork Network, FacePreprocessor Preprocessor, double Temperature)> _teachers = [];
    private readonly Device _device;

    /// <exception cref="FerException">A file cannot be read, or its network has other labels or another image size.</exception>
    public Teachers(IEnumerable<string> paths, FaceDataset faces, Precision precision, Device device)
    {
        _device = device;
        foreach (var path in paths)
        {
            var checkpoint = CheckpointStore.Load(path);
            if (!checkpoint.Labels.SequenceEqual(faces.Labels) || checkpoint.Preprocessing.Size != faces.Size)
            {
                Dispose();
                throw new FerException(
                    $"{path} cannot teach: it tells {checkpoint.Labels} in {checkpoint.Preprocessing.Size} pixels, the training {faces.Labels} in {faces.Size}");
            }

            var network = checkpoint.BuildNetwork();
            network.Precision = precision;
            network.to(_device);
            network.FuseForInference();
            _teachers.Add((network, new FacePreprocessor(checkpoint.Preprocessing), checkpoint.Temperature));
        }
    }

    /// <summary>Fills what each target lacks to the sum of 1 with the opinion of the teacher whose turn it is.</summary>
    /// <param name="targets"><c>[batch, labels]</c>, parts of probabilities.</param>
    /// <param name="faces"><c>[batch, 1, size, size]</c>, pixels 0..255.</param>
    /// <param name="turn">0, 1, ...: counts the steps.</param>
    /// <param name="mirrors">Whether every second time a teacher sees the mirror image.</param>
    /// <returns><c>[batch, labels]</c>, probabilities.</returns>
    public Tensor Complete(Tensor targets, Tensor faces, int turn, bool mirrors)
    {
        if (_teachers.Count == 0)
        {
            return targets;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (round, index) = int.DivRem(turn, _teachers.Count);
        var (network, preprocessor, temperature) = _teachers[index];
        var seen = mirrors && round % 2 == 1 ? faces.flip(3) : faces;
        using Scalar divisor = temperature, whole = 1;
        var opinion = network.call(preprocessor.Normalize(seen)).div(divisor).softmax(1);
        return opinion.mul_(targets.sum(1, keepdim: true).neg_().add_(whole)).add_(targets).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _teachers.ForEach(teacher => teacher.Network.Dispose());
        _teachers.Clear();
    }
}
