using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>What a script demands of an evaluation.</summary>
/// <param name="MinimumAccuracy">The least accuracy, 0..1; null for none.</param>
/// <param name="Baseline">An earlier report; null for none.</param>
/// <param name="MaximumDrop">How far the accuracy may lie below the earlier one.</param>
public sealed record AccuracyGate(double? MinimumAccuracy, EvaluationReport? Baseline, double MaximumDrop)
{
    /// <summary>One sentence for every demand that was missed.</summary>
    public IReadOnlyList<string> Missed(EvaluationReport report)
    {
        var missed = new List<string>();
        var accuracy = report.GatedAccuracy;
        if (MinimumAccuracy is { } least && accuracy < least)
        {
            missed.Add(string.Create(CultureInfo.InvariantCulture, $"the accuracy {accuracy:0.0000} is below the demanded {least:0.0000}"));
        }

        if (Baseline is { } earlier && accuracy < earlier.GatedAccuracy - MaximumDrop)
        {
            missed.Add(string.Create(CultureInfo.InvariantCulture, $"the accuracy {accuracy:0.0000} is more than {MaximumDrop:0.0000} below the baseline's {earlier.GatedAccuracy:0.0000}"));
        }

        return missed;
    }
}
