using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>Scores of one label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Precision">Fraction of the images predicted as this label that have it; 0 if there are none.</param>
/// <param name="Recall">Fraction of the images with this label that are predicted as it; 0 if there are none.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="Support">Number of images with this label.</param>
public sealed record LabelScore(string Label, double Precision, double Recall, double F1, int Support);

/// <summary>Counts of predictions by target and predicted label.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>Counts predictions.</summary>
    public ConfusionMatrix(Predictions predictions)
    {
        Labels = predictions.Labels;
        _counts = [.. Labels.Select(_ => new int[Labels.Count])];
        for (var image = 0; image < predictions.Count; image++)
        {
            _counts[predictions.Targets[image]][predictions.Predicted(image)]++;
        }
    }

    /// <summary>The classes.</summary>
    public LabelSet Labels { get; }

    /// <summary>Number of images by <c>[target][predicted]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>Number of images.</summary>
    public int Total => _counts.Sum(row => row.Sum());

    /// <summary>The fraction of correct predictions.</summary>
    public double Accuracy => Ratio(Enumerable.Range(0, Labels.Count).Sum(label => _counts[label][label]), Total);

    /// <summary>The unweighted mean F1 of the labels that occur.</summary>
    public double MacroF1 => Occurring.Average(score => score.F1);

    /// <summary>The unweighted mean recall of the labels that occur.</summary>
    public double BalancedAccuracy => Occurring.Average(score => score.Recall);

    /// <summary>The scores of each label.</summary>
    public IReadOnlyList<LabelScore> Scores => [.. Enumerable.Range(0, Labels.Count).Select(Score)];

    private IEnumerable<LabelScore> Occurring => Scores.Where(score => score.Support > 0);

    private LabelScore Score(int label)
    {
        var correct = _counts[label][label];
        var support = _counts[label].Sum();
        var predicted = _counts.Sum(row => row[label]);
        return new LabelScore(Labels[label], Ratio(correct, predicted), Ratio(correct, support), Ratio(2 * correct, predicted + support), support);
    }

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
