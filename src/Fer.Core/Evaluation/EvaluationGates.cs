using System.Globalization;
using Fer.Core.Data;

namespace Fer.Core.Evaluation;

/// <summary>A requirement and whether it is met.</summary>
/// <param name="Gate">What is required, such as <c>accuracy</c> or <c>recall of fear</c>.</param>
/// <param name="Passed">Whether it is met.</param>
/// <param name="Message">Measured and required value in one line.</param>
public sealed record GateResult(string Gate, bool Passed, string Message);

/// <summary>The requirements that an evaluation must meet. With TTA, the overall figures are those with TTA.</summary>
public sealed record EvaluationGates
{
    // 0.63 - 0.01 is slightly more than 0.62 in binary: a drop of exactly the allowed size must pass.
    private const double Rounding = 1e-9;

    /// <summary>The required accuracy, 0..1; null for none.</summary>
    public double? MinAccuracy { get; init; }

    /// <summary>The required macro F1, 0..1; null for none.</summary>
    public double? MinMacroF1 { get; init; }

    /// <summary>The allowed expected calibration error (ECE), 0..1; null for none.</summary>
    public double? MaxEce { get; init; }

    /// <summary>The required recall of single labels, 0..1, with a single crop.</summary>
    public IReadOnlyList<(string Label, double Recall)> MinRecalls { get; init; } = [];

    /// <summary>An earlier report; null for none.</summary>
    public EvaluationReport? Baseline { get; init; }

    /// <summary>How far the accuracy may be below the baseline's.</summary>
    public double MaxDrop { get; init; }

    /// <summary>Checks every requirement.</summary>
    /// <exception cref="FerException">The baseline was measured on other labels or another split, or a label is unknown.</exception>
    public IReadOnlyList<GateResult> Check(EvaluationReport report)
    {
        var figures = report.WithTta ?? report.Figures;
        var results = new List<GateResult>();
        if (MinAccuracy is { } accuracy)
        {
            results.Add(AtLeast("accuracy", figures.Accuracy, accuracy));
        }

        if (MinMacroF1 is { } macroF1)
        {
            results.Add(AtLeast("macro F1", figures.MacroF1, macroF1));
        }

        results.AddRange(MinRecalls.Select(gate => Recall(report, gate.Label, gate.Recall)));
        if (MaxEce is { } ece)
        {
            var passed = figures.Ece <= ece + Rounding;
            results.Add(new GateResult("ECE", passed, Line($"ECE {figures.Ece:0.0000} {(passed ? "<=" : ">")} allowed {ece:0.0000}")));
        }

        if (Baseline is not null)
        {
            Baseline.RequireComparable([.. report.Labels.Select(score => score.Label)], report.Split);
            results.Add(Drop(report, Baseline));
        }

        return results;
    }

    /// <summary>Makes sure that every label with a required recall is one of the network's.</summary>
    /// <exception cref="FerException">One is not.</exception>
    public void RequireKnownLabels(LabelSet labels)
    {
        if (MinRecalls.FirstOrDefault(gate => LabelMatching.IndexOf(labels, gate.Label) < 0).Label is { } unknown)
        {
            throw new FerException($"--min-recall: '{unknown}' is not a label of the network; its labels are {labels}");
        }
    }

    private GateResult Drop(EvaluationReport report, EvaluationReport baseline)
    {
        var (accuracy, earlier) = (report.Figures.Accuracy, baseline.Figures.Accuracy);
        if (report.Comparison is { PairedImages: > 0 } paired && paired.PairedImages < Math.Max(report.Images, baseline.Images))
        {
            // On the images that both have: the others may be easier or harder.
            var same = paired.Differences.Single(difference => difference.Figure == SampleFigures.Keys[0]);
            (accuracy, earlier) = (same.Value, same.Baseline);
        }
        else if (report.WithTta is not null && baseline.WithTta is not null)
        {
            // TTA is compared with TTA only if both reports have it.
            (accuracy, earlier) = (report.WithTta.Accuracy, baseline.WithTta.Accuracy);
        }

        var passed = accuracy >= earlier - MaxDrop - Rounding;
        return new GateResult("accuracy against the baseline", passed, Line($"accuracy {accuracy:0.0000} {(passed ? ">=" : "<")} baseline {earlier:0.0000} - allowed drop {MaxDrop:0.0000}"));
    }

    private static GateResult Recall(EvaluationReport report, string label, double required)
    {
        var labels = new LabelSet(report.Labels.Select(score => score.Label));
        var score = report.Labels[LabelMatching.IndexOf(labels, label)];
        var gate = $"recall of {score.Label}";
        return score.Support > 0
            ? AtLeast(gate, score.Recall, required)
            : new GateResult(gate, false, Line($"{gate} cannot be measured: {report.Split} has no image of it (required {required:0.0000})"));
    }

    private static GateResult AtLeast(string gate, double value, double required)
    {
        var passed = value >= required - Rounding;
        return new GateResult(gate, passed, Line($"{gate} {value:0.0000} {(passed ? ">=" : "<")} required {required:0.0000}"));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
