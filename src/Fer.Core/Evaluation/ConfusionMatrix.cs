using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>How well one label is told from the others.</summary>
/// <param name="Label">The label.</param>
/// <param name="Precision">Of what was given this label, the fraction that has it; 0 where nothing was.</param>
/// <param name="Recall">Of what has this label, the fraction that was given it; 0 where nothing has.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="Support">How many images have this label.</param>
public sealed record LabelScore(string Label, double Precision, double Recall, double F1, int Support);

/// <summary>How often each label was taken for each.</summary>
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

    /// <summary>Images by <c>[target][predicted]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>All images.</summary>
    public int Total => _counts.Sum(row => row.Sum());

    /// <summary>The fraction of images that were given their label.</summary>
    public double Accuracy => Ratio(Enumerable.Range(0, Labels.Count).Sum(label => _counts[label][label]), Total);

    /// <summary>The mean F1 of the labels that occur, each counting the same.</summary>
    public double MacroF1 => Occurring.Average(score => score.F1);

    /// <summary>The mean recall of the labels that occur, each counting the same.</summary>
    public double BalancedAccuracy => Occurring.Average(score => score.Recall);

    /// <summary>The scores of each label.</summary>
    public IReadOnlyList<LabelScore> Scores => [.. Enumerable.Range(0, Labels.Count).Select(Score)];

    private IEnumerable<LabelScore> Occurring => Scores.Where(score => score.Support > 0);

    private LabelScore Score(int label)
    {
        var right = _counts[label][label];
        var support = _counts[label].Sum();
        var given = _counts.Sum(row => row[label]);
        return new LabelScore(Labels[label], Ratio(right, given), Ratio(right, support), Ratio(2 * right, given + support), support);
    }

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
