namespace Fer.Core.Detection.Summaries;

/// <summary>How long, or in how many images, each label was displayed.</summary>
/// <param name="labels">The number of labels.</param>
public sealed class EmotionTotals(int labels)
{
    private const int None = -1;

    private readonly double[] _byLabel = new double[labels];
    private double _confidence;
    private int _last = None;

    /// <summary>Seconds in which faces were detected, those of several faces added up; for images the number of faces.</summary>
    public double Amount { get; private set; }

    /// <summary>The part of <see cref="Amount"/> with each label.</summary>
    public IReadOnlyList<double> ByLabel => _byLabel;

    /// <summary>The part of <see cref="Amount"/> without a label, below the minimum confidence.</summary>
    public double Uncertain { get; private set; }

    /// <summary>How often the label was replaced by another one.</summary>
    public int Changes { get; private set; }

    /// <summary>The label with the largest part; null without any.</summary>
    public int? Dominant
    {
        get
        {
            var best = Array.IndexOf(_byLabel, _byLabel.DefaultIfEmpty().Max());
            return best >= 0 && _byLabel[best] > 0 ? best : null;
        }
    }

    /// <summary>The mean confidence of the displayed labels, 0 to 1.</summary>
    public double Confidence => Amount > 0 ? _confidence / Amount : 0;

    /// <summary>Changes of the label per minute in which the face was seen.</summary>
    public double ChangesPerMinute => Amount > 0 ? 60 * Changes / Amount : 0;

    /// <summary>The part of a label, 0 to 1.</summary>
    public double Share(int label) => Amount > 0 ? _byLabel[label] / Amount : 0;

    /// <summary>The part without a label, below the minimum confidence, 0 to 1.</summary>
    public double UncertainShare => Amount > 0 ? Uncertain / Amount : 0;

    /// <summary>Adds what a face showed for some time.</summary>
    /// <returns>Whether its label replaced another one since the last call, which is for faces of the same track.</returns>
    internal bool Add(FacePrediction face, double amount)
    {
        Count(face, amount);
        if (face.IsUncertain)
        {
            return false;
        }

        var isChange = _last != None && _last != face.Label;
        _last = face.Label;
        Changes += isChange ? 1 : 0;
        return isChange;
    }

    /// <summary>Adds a face of any track.</summary>
    internal void Add(FacePrediction face, double amount, bool isChange)
    {
        Count(face, amount);
        Changes += isChange ? 1 : 0;
    }

    private void Count(FacePrediction face, double amount)
    {
        Amount += amount;
        _confidence += amount * face.Confidence;
        if (face.IsUncertain)
        {
            Uncertain += amount;
        }
        else
        {
            _byLabel[face.Label] += amount;
        }
    }
}
