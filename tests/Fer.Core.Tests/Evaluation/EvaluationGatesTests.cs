using Fer.Core.Evaluation;

namespace Fer.Core.Tests.Evaluation;

public sealed class EvaluationGatesTests
{
    private static readonly EvaluationReport Report = EvaluationReport.Of(DrawnPredictions.Of(300, 0.7), 1) with { Split = "test" };

    [Fact]
    public void Each_figure_has_a_gate_that_is_met_at_its_value_and_missed_beyond_it()
    {
        var figures = Report.Figures;
        var sad = Report.Labels[2].Recall;
        var met = new EvaluationGates { MinAccuracy = figures.Accuracy, MinMacroF1 = figures.MacroF1, MaxEce = figures.Ece, MinRecalls = [("sad", sad)] };
        const double more = 0.001;
        var missed = new EvaluationGates { MinAccuracy = figures.Accuracy + more, MinMacroF1 = figures.MacroF1 + more, MaxEce = figures.Ece - more, MinRecalls = [("sad", sad + more)] };

        Assert.Equal(["accuracy", "macro F1", "recall of sad", "ECE"], met.Check(Report).Select(gate => gate.Gate));
        Assert.All(met.Check(Report), gate => Assert.True(gate.Passed, gate.Message));
        Assert.All(missed.Check(Report), gate => Assert.False(gate.Passed, gate.Message));
        Assert.Empty(new EvaluationGates().Check(Report));
    }

    [Fact]
    public void With_TTA_the_overall_figures_are_those_with_TTA()
    {
        var report = Report with { WithTta = Report.Figures with { Accuracy = 0.9, MacroF1 = 0.9, Ece = 0.5 } };

        var results = new EvaluationGates { MinAccuracy = 0.9, MinMacroF1 = 0.9, MaxEce = 0.4 }.Check(report);

        Assert.Equal([true, true, false], results.Select(gate => gate.Passed));
    }

    [Fact]
    public void The_recall_of_a_label_without_images_is_a_missed_gate()
    {
        var report = Report with { Labels = [.. Report.Labels.Select(score => score with { Support = 0 })] };

        var result = Assert.Single(new EvaluationGates { MinRecalls = [("sad", 0)] }.Check(report));

        Assert.False(result.Passed);
        Assert.Contains("no image of it", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drop_is_measured_on_the_images_that_both_have()
    {
        // Easier images hide that the network is worse on those that it shares with the baseline.
        var comparison = new BaselineComparison("old.pt", 40, [new FigureDifference(SampleFigures.Keys[0], 0.6, 0.8, -0.3, -0.1)], null);
        var worse = Report.Figures with { Accuracy = 0.5 };

        var result = Assert.Single(new EvaluationGates { Baseline = Report with { Figures = worse } }.Check(Report with { Comparison = comparison }));

        Assert.False(result.Passed);
        Assert.Contains("accuracy 0.6000 < baseline 0.8000", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_may_be_named_in_other_words_but_must_be_known()
    {
        Assert.Equal("recall of sad", Assert.Single(new EvaluationGates { MinRecalls = [("Sadness", 0.1)] }.Check(Report)).Gate);
        var failure = Assert.Throws<FerException>(() => new EvaluationGates { MinRecalls = [("bored", 0.1)] }.RequireKnownLabels(DrawnPredictions.Labels));
        Assert.Contains("bored", failure.Message, StringComparison.Ordinal);
    }
}
