using System.Runtime.InteropServices;
using Fer.Core.Data;
using Fer.Core.Data.Fer2013;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// What the network is asked to answer for each training face: its label, and in part what taggers and trained networks
/// think of it. A third of FER2013's labels is a matter of opinion; the mean of several opinions is a better teacher
/// than one of them.
/// </summary>
internal static class SoftTargets
{
    /// <summary>The labels alone, of which a part is spread over all.</summary>
    /// <returns><c>[faces, labels]</c>; each row sums to 1.</returns>
    public static Tensor OfLabels(FaceDataset faces, double smoothing)
    {
        using var target = tensor(Array.ConvertAll(faces.Targets, label => (long)label));
        using var certain = nn.functional.one_hot(target, faces.Labels.Count);
        return certain.to(float32).mul_(1 - smoothing).add_(smoothing / faces.Labels.Count);
    }

    /// <summary>The parts of the targets that stand before the training: <see cref="Teachers"/> fill the rest, step by step.</summary>
    /// <returns><c>[faces, labels]</c>; each row sums to 1, less the teachers' part.</returns>
    /// <exception cref="FerException">The votes cannot be read or are of other images.</exception>
    public static Tensor Create(TrainingOptions options, FaceDataset faces)
    {
        var targets = OfLabels(faces, options.LabelSmoothing);
        var votes = options.Votes is null ? new float[]?[faces.Count] : FerPlusTargets.Read(options.Votes, faces);
        var values = MemoryMarshal.Cast<byte, float>(targets.bytes);
        var labels = faces.Labels.Count;
        for (var face = 0; face < faces.Count; face++)
        {
            // The votes are one opinion among the teachers'.
            var opinions = options.Teachers.Count + (votes[face] is null ? 0 : 1);
            for (var label = 0; label < labels && opinions > 0; label++)
            {
                var at = face * labels + label;
                values[at] = (float)((1 - options.SoftLabels) * values[at] + options.SoftLabels / opinions * (votes[face]?[label] ?? 0));
            }
        }

        return targets;
    }
}
