using Fer.Core.Evaluation;

namespace Fer.Core.Tests.Evaluation;

public sealed class BaselineComparisonTests
{
    private const int Images = 900;

    private static readonly Predictions Good = DrawnPredictions.Of(Images, 0.8), Bad = DrawnPredictions.Of(Images, 0.6, stream: 1);

    [Fact]
    public void The_interval_of_an_accuracy_is_that_of_a_binomial_share()
    {
        var accuracy = FigureEstimate.Of(DrawnPredictions.Outcomes(Good), TestContext.Current.CancellationToken).Single(estimate => estimate.Figure == "accuracy");

        var halfWidth = 1.96 * Math.Sqrt(accuracy.Value * (1 - accuracy.Value) / Images);
        Assert.Equal(accuracy.Value - halfWidth, accuracy.Low, 0.004);
        Assert.Equal(accuracy.Value + halfWidth, accuracy.High, 0.004);
    }

    [Theory]
    [InlineData(20, 1.0, 0.839, 1)]
    [InlineData(20, 0.0, 0, 0.161)]
    [InlineData(4, 1.0, 0.510, 1)]
    public void A_few_predictions_that_are_all_correct_or_all_incorrect_prove_little(int images, double share, double low, double high)
    {
        // Of two labels; Wilson's intervals as statsmodels' proportion_confint has them.
        int[] targets = [.. Enumerable.Range(0, images).Select(image => image % 2)];
        var outcomes = new Outcomes(["a", "b"], [.. targets.Select((_, image) => $"{image}.png")], targets, [.. targets.Select(target => share == 1 ? target : 1 - target)], []);

        var estimates = FigureEstimate.Of(outcomes, TestContext.Current.CancellationToken).ToDictionary(estimate => estimate.Figure);

        Assert.Equal(low, estimates["accuracy"].Low, 0.001);
        Assert.Equal(high, estimates["accuracy"].High, 0.001);
        // The other figures know as much as the rarer label tells.
        Assert.True(estimates["balancedAccuracy"].High - estimates["balancedAccuracy"].Low > high - low);
    }

    [Fact]
    public void Every_interval_holds_its_figure_and_the_figures_are_those_of_the_report()
    {
        var report = EvaluationReport.Of(Good, 1);

        var estimates = FigureEstimate.Of(DrawnPredictions.Outcomes(Good), TestContext.Current.CancellationToken);

        Assert.All(estimates, estimate => Assert.InRange(estimate.Value, estimate.Low, estimate.High));
        double[] figures = [report.Figures.Accuracy, report.Figures.BalancedAccuracy, report.Figures.MacroF1, report.Figures.Ece];
        Assert.Equal(figures, estimates.Select(estimate => estimate.Value), (one, other) => Math.Abs(one - other) < 1e-9);
    }

    [Fact]
    public void A_network_does_not_differ_from_itself()
    {
        var comparison = Compare(Good, Good, kept: true);

        Assert.Equal(Images, comparison.PairedImages);
        Assert.All(comparison.Differences, difference => Assert.Equal((0, 0, 0), (difference.Difference, difference.Low, difference.High)));
        Assert.Equal(new McNemarTest(0, 0, 1), comparison.McNemar);
    }

    [Fact]
    public void Kept_predictions_make_the_interval_narrower_and_allow_a_test()
    {
        // Almost the same network: it differs from the other one on every twentieth image.
        var similar = Good with { Logits = [.. Good.Logits.Select((logits, image) => image % 20 == 0 ? [1f, 0, 0] : logits)] };

        var (paired, unpaired) = (Compare(similar, Good, kept: true), Compare(similar, Good, kept: false));

        Assert.NotNull(paired.McNemar);
        Assert.Equal((0, null), (unpaired.PairedImages, unpaired.McNemar));
        Assert.Equal(paired.Differences[0].Difference, unpaired.Differences[0].Difference, 12);
        Assert.True(Width(paired.Differences[0]) < Width(unpaired.Differences[0]) / 2);
    }

    [Fact]
    public void A_large_difference_is_no_chance_and_a_small_one_may_be()
    {
        var (large, small) = (Compare(Good, Bad, kept: true), Compare(Good, DrawnPredictions.Of(Images, 0.8, stream: 2), kept: true));

        Assert.True(large.Differences[0].Low > 0 && large.McNemar!.PValue < 1e-6);
        Assert.InRange(0, small.Differences[0].Low, small.Differences[0].High);
        Assert.InRange(small.McNemar!.PValue, 0.05, 1);
    }

    [Fact]
    public void Images_are_paired_by_their_path_and_labels_by_their_name()
    {
        var kept = DrawnPredictions.Outcomes(Bad);
        int[] backwards = [.. Enumerable.Range(0, Images).Reverse()];
        var reordered = kept.Subset(backwards) with
        {
            Labels = [.. kept.Labels.Reverse()],
            Targets = [.. backwards.Select(image => 2 - kept.Targets[image])],
            Predicted = [.. backwards.Select(image => 2 - kept.Predicted[image])],
        };
        var report = EvaluationReport.Of(Good, 1);

        var comparison = BaselineComparison.Of(report, DrawnPredictions.Outcomes(Good), EvaluationReport.Of(Bad, 1), reordered, TestContext.Current.CancellationToken);

        Assert.Equal(Compare(Good, Bad, kept: true).McNemar, comparison.McNemar);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(10, 2, 0.038574)]
    [InlineData(2, 10, 0.038574)]
    [InlineData(5, 5, 1)]
    [InlineData(6, 0, 0.03125)]
    public void The_test_of_McNemar_is_the_exact_binomial_one(int onlyThis, int onlyBaseline, double expected) =>
        Assert.Equal(expected, McNemarTest.Of(onlyThis, onlyBaseline).PValue, 1e-6);

    [Fact]
    public void Many_images_do_not_make_the_test_of_McNemar_lose_its_numbers()
    {
        // The normal approximation with continuity correction: z = 199 / sqrt(20200) = 1.4, two-sided 0.1615.
        Assert.Equal(0.1615, McNemarTest.Of(10_200, 10_000).PValue, 1e-3);
        Assert.InRange(McNemarTest.Of(10_000, 0).PValue, 0, 1e-300);
    }

    [Fact]
    public void A_baseline_whose_confusion_matrix_does_not_add_up_is_refused()
    {
        var report = EvaluationReport.Of(Good, 1);

        Assert.Throws<FerException>(() => Outcomes.Of(report with { Images = Images + 1 }));
        Assert.Throws<FerException>(() => Outcomes.Of(report with { Confusion = [[Images, 0], [0, 0]] }));
        Assert.Throws<FerException>(() => Outcomes.Of(report with { Confusion = [[Images + 1, -1, 0], [0, 0, 0], [0, 0, 0]] }));
        Assert.Throws<FerException>(() => Outcomes.Of(report with { Images = int.MaxValue, Confusion = [[int.MaxValue, 0, 0], [0, 0, 0], [0, 0, 0]] }));
    }

    [Fact]
    public void Predictions_that_were_written_are_read_back()
    {
        using var folder = new TemporaryFolder();
        var outcomes = DrawnPredictions.Outcomes(Good);
        using (var writer = new StreamWriter(folder.Inside("p.csv")))
        {
            PredictionTable.Write(writer, Good, [.. outcomes.Paths.Select(path => $"/elsewhere/{path}")], 1);
        }

        var read = PredictionTable.Read(folder.Inside("p.csv"), "/elsewhere", DrawnPredictions.Labels);

        Assert.Equal(outcomes.Paths, read.Paths);
        Assert.Equal(outcomes.Targets, read.Targets);
        Assert.Equal(outcomes.Predicted, read.Predicted);
        File.AppendAllText(folder.Inside("p.csv"), "a.png,angry,bored,0.5\n");
        var failure = Assert.Throws<FerException>(() => PredictionTable.Read(folder.Inside("p.csv"), "", DrawnPredictions.Labels));
        Assert.Contains($"p.csv, line {Images + 2}", failure.Message, StringComparison.Ordinal);
    }

    private static double Width(FigureDifference difference) => difference.High - difference.Low;

    private static BaselineComparison Compare(Predictions predictions, Predictions baseline, bool kept) => BaselineComparison.Of(
        EvaluationReport.Of(predictions, 1),
        DrawnPredictions.Outcomes(predictions),
        EvaluationReport.Of(baseline, 1),
        kept ? DrawnPredictions.Outcomes(baseline) : null);
}
