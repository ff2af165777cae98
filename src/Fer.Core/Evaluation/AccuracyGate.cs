using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>The accuracy that a script requires of an evaluation.</summary>
/// <param name="MinimumAccuracy">The required accuracy, 0..1; null for none.</param>
/// <param name="Baseline">An earlier report; null for none.</param>
/// <param name="MaximumDrop">How far the accuracy may drop below the baseline.</param>
public sealed record AccuracyGate(double? MinimumAccuracy, EvaluationReport? Baseline, double MaximumDrop)
{
    // 0.63 - 0.01 is a little more than 0.62 in binary: a drop of exactly what is allowed is no miss.
    private const double Rounding = 1e-9;

    /// <summary>One line for every requirement that was not met.</summary>
    /// <exception cref="FerException">The baseline was measured on other labels or another split.</exception>
    public IReadOnlyList<string> Failures(EvaluationReport report)
    {
        var missed = new List<string>();
        if (MinimumAccuracy is { } least && report.GatedAccuracy < least - Rounding)
        {
            missed.Add(string.Create(CultureInfo.InvariantCulture, $"accuracy {report.GatedAccuracy:0.0000} < required {least:0.0000}"));
        }

        if (Baseline is null)
        {
            return missed;
        }

        if (!Baseline.Labels.Select(score => score.Label).SequenceEqual(report.Labels.Select(score => score.Label)))
        {
            throw new FerException($"the baseline of {Baseline.Model} was measured on other labels ({string.Join(", ", Baseline.Labels.Select(score => score.Label))}); compare with a report on the same ones");
        }

        if (Baseline.Split != report.Split)
        {
            throw new FerException($"the baseline of {Baseline.Model} was measured on {Baseline.Split}, this report on {report.Split}; compare with a report on the same split");
        }

        // Like is compared with like: an accuracy with views only where both reports have one.
        var (accuracy, earlier) = report.WithViews is { } views && Baseline.WithViews is { } earlierViews
            ? (views.Accuracy, earlierViews.Accuracy)
            : (report.Figures.Accuracy, Baseline.Figures.Accuracy);
        if (accuracy < earlier - MaximumDrop - Rounding)
        {
            missed.Add(string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:0.0000} < baseline {earlier:0.0000} - allowed drop {MaximumDrop:0.0000}"));
        }

        return missed;
    }
}
