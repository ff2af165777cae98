using System.Runtime.InteropServices;
using Fer.Core.Data;
using Fer.Core.Data.Fer2013;
using Fer.Core.Model.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// The target distribution of each training image before teacher predictions are added: its smoothed label, blended
/// with the FER+ annotators' votes where there are any. A third of FER2013's labels is disputed between annotators, and
/// the mean of several annotations is a better target than one of them.
/// </summary>
internal static class SoftTargets
{
    /// <summary>Label smoothing: one-hot targets, of which a part is spread over all labels.</summary>
    /// <returns><c>[images, labels]</c>, float32; each row sums to 1.</returns>
    public static Tensor OfLabels(FaceDataset faces, double smoothing)
    {
        using var scope = NewDisposeScope();
        using Scalar own = 1 - smoothing, each = smoothing / faces.Labels.Count;
        var target = tensor(Array.ConvertAll(faces.Targets, label => (long)label));
        return nn.functional.one_hot(target, faces.Labels.Count).to(float32).mul_(own).add_(each, Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>The part of the targets that is known before the training; <see cref="Teachers"/> add the rest in every step.</summary>
    /// <returns><c>[images, labels]</c>, float32; each row sums to 1 minus the weight of the teachers.</returns>
    /// <exception cref="FerException">The votes cannot be read or are of other images.</exception>
    public static Tensor Create(TrainingOptions options, FaceDataset faces)
    {
        var targets = OfLabels(faces, options.LabelSmoothing);
        if (options.Teachers.Count == 0 && options.Votes is null)
        {
            return targets;
        }

        var votes = options.Votes is null ? new float[]?[faces.Count] : FerPlusTargets.Read(options.Votes, faces);
        var values = MemoryMarshal.Cast<byte, float>(targets.bytes);
        for (var face = 0; face < faces.Count; face++)
        {
            Blend(values.Slice(face * faces.Labels.Count, faces.Labels.Count), votes[face], options);
        }

        return targets;
    }

    /// <summary>Reduces the label's weight in a row of targets in favor of the votes, and leaves room for the teachers.</summary>
    private static void Blend(Span<float> target, float[]? votes, TrainingOptions options)
    {
        // The votes count as one more teacher.
        var sources = options.Teachers.Count + (votes is null ? 0 : 1);
        if (sources == 0)
        {
            return;
        }

        for (var label = 0; label < target.Length; label++)
        {
            target[label] = (float)((1 - options.SoftLabels) * target[label] + options.SoftLabels / sources * (votes?[label] ?? 0));
        }
    }
}
