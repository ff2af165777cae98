using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>The predictions of a network on a dataset, with the targets.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Targets">Index of the label of each image.</param>
/// <param name="Logits"><c>[image][label]</c>; log probabilities if several views were averaged.</param>
public sealed record Predictions(LabelSet Labels, IReadOnlyList<int> Targets, IReadOnlyList<float[]> Logits)
{
    /// <summary>Number of images.</summary>
    public int Count => Targets.Count;

    /// <summary>Index of the most probable label of an image.</summary>
    public int Predicted(int image) => Array.IndexOf(Logits[image], Logits[image].Max());

    /// <summary>Softmax of an image's logits divided by a temperature.</summary>
    public double[] Probabilities(int image, double temperature = 1)
    {
        var logits = Logits[image];
        double greatest = logits.Max();
        var weights = Array.ConvertAll(logits, logit => Math.Exp((logit - greatest) / temperature));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>The fraction of correct predictions.</summary>
    public double Accuracy() => Enumerable.Range(0, Count).Count(image => Predicted(image) == Targets[image]) / (double)Count;

    /// <summary>Refuses the outputs of a network whose training diverged.</summary>
    /// <param name="owner">The network, for the message.</param>
    /// <exception cref="FerException">A logit is not finite.</exception>
    public void RequireFinite(string owner)
    {
        if (!Logits.All(logits => Array.TrueForAll(logits, float.IsFinite)))
        {
            throw new FerException($"{owner}'s outputs are NaN or infinite: its training diverged or its file is damaged; use another checkpoint");
        }
    }

    /// <summary>Mean cross-entropy in nats.</summary>
    public double MeanLoss(double temperature = 1) =>
        Enumerable.Range(0, Count).Average(image => -Math.Log(Math.Max(Probabilities(image, temperature)[Targets[image]], 1e-300)));
}
