using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>What a network said of each picture of a data set, and what the picture is labelled.</summary>
/// <param name="Labels">The classes.</param>
/// <param name="Truth">The label's index of each picture.</param>
/// <param name="Logits"><c>[picture][label]</c>; several views of a picture are averaged as probabilities, so these are then log probabilities.</param>
public sealed record Predictions(LabelSet Labels, IReadOnlyList<int> Truth, IReadOnlyList<float[]> Logits)
{
    /// <summary>How many pictures there are.</summary>
    public int Count => Truth.Count;

    /// <summary>The index of the most likely label of a picture.</summary>
    public int Predicted(int picture) => Array.IndexOf(Logits[picture], Logits[picture].Max());

    /// <summary>Softmax of a picture's logits divided by a temperature.</summary>
    public double[] Probabilities(int picture, double temperature = 1)
    {
        var logits = Logits[picture];
        double greatest = logits.Max();
        var weights = Array.ConvertAll(logits, logit => Math.Exp((logit - greatest) / temperature));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>The fraction of pictures whose most likely label is the right one.</summary>
    public double Accuracy() => Enumerable.Range(0, Count).Count(picture => Predicted(picture) == Truth[picture]) / (double)Count;

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
        Enumerable.Range(0, Count).Average(picture => -Math.Log(Math.Max(Probabilities(picture, temperature)[Truth[picture]], 1e-300)));
}
