using System.Runtime.InteropServices;
using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Fer.Core.Training;

/// <summary>
/// What the network is asked to answer for each training face, as probabilities: its label, and in part what trained
/// networks (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network") and taggers think of it. A third of
/// FER2013's labels is a matter of opinion; the mean of several opinions is a better teacher than one of them.
/// </summary>
internal static class SoftTargets
{
    private static readonly View[] TeacherViews = [new(Mirrored: false, 0, 0), new(Mirrored: true, 0, 0)];

    /// <summary>The labels alone, of which a part is spread over all.</summary>
    /// <returns><c>[faces, labels]</c>; each row sums to 1.</returns>
    public static Tensor OfLabels(FaceDataset faces, double smoothing)
    {
        using var truth = tensor(Array.ConvertAll(faces.Truth, label => (long)label));
        using var certain = nn.functional.one_hot(truth, faces.Labels.Count);
        return certain.to(float32).mul_(1 - smoothing).add_(smoothing / faces.Labels.Count);
    }

    /// <summary>The targets that the options ask for.</summary>
    /// <exception cref="FerException">A teacher does not fit the data, or the votes cannot be read or are of other pictures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Tensor Create(TrainingOptions options, FaceDataset faces, Precision precision, Device device, CancellationToken cancellation)
    {
        var targets = OfLabels(faces, options.LabelSmoothing);
        List<float[]?[]> opinions = [.. options.Teachers.Select(path => Ask(path, faces, precision, device, cancellation))];
        if (options.Votes is not null)
        {
            opinions.Add(CrowdVotes.Read(options.Votes, faces));
        }

        if (opinions.Count == 0)
        {
            return targets;
        }

        var values = MemoryMarshal.Cast<byte, float>(targets.bytes);
        var labels = faces.Labels.Count;
        for (var face = 0; face < faces.Count; face++)
        {
            float[][] known = [.. opinions.Select(opinion => opinion[face]).OfType<float[]>()];
            for (var label = 0; label < labels && known.Length > 0; label++)
            {
                var at = face * labels + label;
                values[at] += (float)options.SoftLabels * (known.Average(opinion => opinion[label]) - values[at]);
            }
        }

        return targets;
    }

    /// <summary>A trained network's probabilities for each face.</summary>
    private static float[][] Ask(string path, FaceDataset faces, Precision precision, Device device, CancellationToken cancellation)
    {
        var checkpoint = CheckpointStore.Load(path);
        if (!checkpoint.Labels.SequenceEqual(faces.Labels) || checkpoint.Preprocessing.Size != faces.Size)
        {
            throw new FerException(
                $"{path} cannot teach: it tells {checkpoint.Labels} in {checkpoint.Preprocessing.Size} pixels, the training {faces.Labels} in {faces.Size}");
        }

        using var network = checkpoint.BuildNetwork();
        network.Precision = precision;
        network.to(device);
        network.Freeze();
        var predictions = new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), device).Predict(faces, TeacherViews, cancellation);
        return [.. Enumerable.Range(0, faces.Count).Select(face => Array.ConvertAll(predictions.Probabilities(face, checkpoint.Temperature), p => (float)p))];
    }
}
