using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// Trained networks whose predictions are part of the targets (Hinton et al. 2015, "Distilling the Knowledge in a Neural
/// Network"). They see the same part of the image as the student, blended alike (Beyer et al. 2022, "Knowledge distillation: A
/// good teacher is patient and consistent"), because they have memorized the labels of the plain training images.
/// </summary>
/// <remarks>
/// The teachers take turns, one in each step, and see the mirror image every second time. Over the steps the student
/// learns the mean of all teachers and both views, which is better than any one of them (models/EXPERIMENTS.md), at the
/// cost of one forward pass per step.
/// </remarks>
internal sealed class Teachers : IDisposable
{
    private readonly List<(EmotionNetwork Network, FacePreprocessor Preprocessor, double Temperature)> _teachers = [];

    /// <param name="paths">Checkpoints; there may be none.</param>
    /// <param name="faces">The training images.</param>
    /// <param name="hardware">Where to compute.</param>
    /// <exception cref="FerException">A file cannot be read, or its network has other labels or another image size.</exception>
    public Teachers(IEnumerable<string> paths, FaceDataset faces, Hardware hardware)
    {
        try
        {
            foreach (var path in paths)
            {
                Add(path, faces, hardware);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of teachers.</summary>
    public int Count => _teachers.Count;

    /// <summary>The prediction of the teacher whose turn it is.</summary>
    /// <param name="faces"><c>[batch, 1, size, size]</c>, pixels 0..255.</param>
    /// <param name="turn">0, 1, ...: counts the steps.</param>
    /// <param name="mirrors">Whether a teacher sees the mirror image every second time.</param>
    /// <returns><c>[batch, labels]</c>, probabilities.</returns>
    public Tensor Predict(Tensor faces, long turn, bool mirrors)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (round, index) = long.DivRem(turn, _teachers.Count);
        return Predict(_teachers[(int)index], mirrors && round % 2 == 1 ? faces.flip(3) : faces).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of all teachers' predictions.</summary>
    /// <param name="faces"><c>[batch, 1, size, size]</c>, pixels 0..255.</param>
    /// <returns><c>[batch, labels]</c>, probabilities.</returns>
    public Tensor PredictMean(Tensor faces)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return stack(_teachers.Select(teacher => Predict(teacher, faces))).mean([0]).MoveToOuterDisposeScope();
    }

    private static Tensor Predict((EmotionNetwork Network, FacePreprocessor Preprocessor, double Temperature) teacher, Tensor faces)
    {
        using Scalar divisor = teacher.Temperature;
        return teacher.Network.call(teacher.Preprocessor.Normalize(faces)).div(divisor).softmax(1);
    }

    public void Dispose()
    {
        _teachers.ForEach(teacher => teacher.Network.Dispose());
        _teachers.Clear();
    }

    private void Add(string path, FaceDataset faces, Hardware hardware)
    {
        var checkpoint = CheckpointStore.Load(path);
        if (!checkpoint.Labels.SequenceEqual(faces.Labels))
        {
            throw new FerException($"{path} cannot be a teacher: it has the labels {checkpoint.Labels}, the training has {faces.Labels}");
        }

        if (checkpoint.Preprocessing.Size != faces.Size)
        {
            throw new FerException($"{path} cannot be a teacher: it takes images of {checkpoint.Preprocessing.Size} pixels, the training has {faces.Size}");
        }

        var network = checkpoint.BuildNetwork(hardware.Precision, hardware.Device);
        network.FuseForInference();
        _teachers.Add((network, new FacePreprocessor(checkpoint.Preprocessing), checkpoint.Temperature));
    }
}
