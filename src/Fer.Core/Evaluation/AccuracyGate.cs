using System.Globalization;

namespace Fer.Core.Evaluation;

/// <summary>The requirements that an evaluation must meet.</summary>
/// <param name="MinimumAccuracy">The required accuracy, 0..1; null for none.</param>
/// <param name="Baseline">An earlier report; null for none.</param>
/// <param name="MaximumDrop">How far the accuracy may be below the baseline's.</param>
public sealed record AccuracyGate(double? MinimumAccuracy, EvaluationReport? Baseline, double MaximumDrop)
{
    // 0.63 - 0.01 is slightly more than 0.62 in binary: a drop of exactly the allowed size must pass.
    private const double Rounding = 1e-9;

    /// <summary>One line for each requirement that is not met.</summary>
    /// <exception cref="FerException">The baseline was measured on other labels or another split.</exception>
    public IReadOnlyList<string> Failures(EvaluationReport report)
    {
        string?[] results = [CheckMinimum(report), CheckBaseline(report)];
        return [.. results.OfType<string>()];
    }

    private string? CheckMinimum(EvaluationReport report)
    {
        if (MinimumAccuracy is not { } required || report.GatedAccuracy >= required - Rounding)
        {
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"accuracy {report.GatedAccuracy:0.0000} < required {required:0.0000}");
    }

    private string? CheckBaseline(EvaluationReport report)
    {
        if (Baseline is null)
        {
            return null;
        }

        RequireSameData(report, Baseline);

        // TTA is compared with TTA only if both reports have it.
        var (accuracy, earlier) = (report.Figures.Accuracy, Baseline.Figures.Accuracy);
        if (report.WithTta is not null && Baseline.WithTta is not null)
        {
            (accuracy, earlier) = (report.WithTta.Accuracy, Baseline.WithTta.Accuracy);
        }

        if (accuracy >= earlier - MaximumDrop - Rounding)
        {
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:0.0000} < baseline {earlier:0.0000} - allowed drop {MaximumDrop:0.0000}");
    }

    private static void RequireSameData(EvaluationReport report, EvaluationReport baseline)
    {
        string[] labels = [.. baseline.Labels.Select(score => score.Label)];
        if (!labels.SequenceEqual(report.Labels.Select(score => score.Label)))
        {
            throw new FerException($"the baseline of {baseline.Model} was measured on other labels ({string.Join(", ", labels)}); compare with a report on the same labels");
        }

        if (baseline.Split != report.Split)
        {
            throw new FerException($"the baseline of {baseline.Model} was measured on {baseline.Split}, this report on {report.Split}; compare with a report on the same split");
        }
    }
}
