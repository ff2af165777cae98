using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>What a network said of each image of a data set, and what the image is labeled.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Targets">The label's index of each image.</param>
/// <param name="Logits"><c>[image][label]</c>; several views of an image are averaged as probabilities, so these are then log probabilities.</param>
public sealed record Predictions(LabelSet Labels, IReadOnlyList<int> Targets, IReadOnlyList<float[]> Logits)
{
    /// <summary>How many images there are.</summary>
    public int Count => Targets.Count;

    /// <summary>The index of the most likely label of an image.</summary>
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

    /// <summary>The fraction of images whose most likely label is the right one.</summary>
    public double Accuracy() => Enumerable.Range(0, Count).Count(image => Predicted(image) == Targets[image]) / (double)Count;

    /// <summary>Refuses what a network says whose training diverged.</summary>
    /// <param name="owner">The network, for the message.</param>
    /// <exception cref="FerException">A logit is not finite.</exception>
    public void RequireNumbers(string owner)
    {
        if (!Logits.All(logits => Array.TrueForAll(logits, float.IsFinite)))
        {
            throw new FerException($"{owner}'s outputs are not numbers: its training diverged or its file is damaged; use another checkpoint");
        }
    }

    /// <summary>Mean cross-entropy in nats.</summary>
    public double MeanLoss(double temperature = 1) =>
        Enumerable.Range(0, Count).Average(image => -Math.Log(Math.Max(Probabilities(image, temperature)[Targets[image]], 1e-300)));
}
