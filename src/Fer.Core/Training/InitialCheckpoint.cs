using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Model;

namespace Fer.Core.Training;

/// <summary>The checkpoint whose weights a new training begins with: <c>--init</c>.</summary>
internal static class InitialCheckpoint
{
    /// <param name="path">The file.</param>
    /// <param name="options">What to train.</param>
    /// <param name="labels">The labels of the training images.</param>
    /// <exception cref="FerException">The file is missing, is not a checkpoint, or is of another network or other labels.</exception>
    public static Checkpoint Load(string path, TrainingOptions options, LabelSet labels)
    {
        var checkpoint = CheckpointStore.Load(path);
        var architecture = checkpoint.Architecture;
        if (architecture is EnsembleArchitecture)
        {
            throw new FerException($"{path} is an ensemble, which cannot be trained further: specify one of its networks, or use it as --teacher");
        }

        if (architecture.Name != options.Architecture)
        {
            throw new FerException($"{path} holds the network {architecture.Name}, but {options.Architecture} is to be trained: add --arch {architecture.Name}");
        }

        if (!checkpoint.Labels.SequenceEqual(labels))
        {
            throw new FerException($"{path} has the labels {checkpoint.Labels}, the images have {labels}: only a network with the same labels can be trained further");
        }

        checkpoint.RejectTooFewWeights();
        return checkpoint;
    }
}
