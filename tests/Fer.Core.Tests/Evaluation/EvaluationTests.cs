using Fer.Core.Data;
using Fer.Core.Evaluation;

namespace Fer.Core.Tests.Evaluation;

public sealed class EvaluationTests
{
    private static readonly LabelSet Labels = new(["calm, quiet", "loud", "never"]);

    // Targets 0 0 0 1 1; predicted 0 0 1 1 0.
    private static readonly Predictions Five = new(Labels, [0, 0, 0, 1, 1], [[2, 1, 0], [3, 1, 0], [0, 1, 0], [0, 4, 0], [1, 0, 0]]);

    [Fact]
    public void The_matrix_counts_every_image_once()
    {
        var matrix = new ConfusionMatrix(Five);

        Assert.Equal(5, matrix.Total);
        Assert.Equal([2, 1, 0], matrix.Counts[0]);
        Assert.Equal([1, 1, 0], matrix.Counts[1]);
        Assert.Equal(0.6, matrix.Accuracy, 12);
    }

    [Fact]
    public void Scores_follow_their_definitions_and_a_label_that_never_occurs_counts_for_nothing()
    {
        var matrix = new ConfusionMatrix(Five);
        var calm = matrix.Scores[0];

        Assert.Equal((2 / 3.0, 2 / 3.0, 2 / 3.0, 3), (calm.Precision, calm.Recall, calm.F1, calm.Support));
        Assert.Equal(new LabelScore("never", 0, 0, 0, 0), matrix.Scores[2]);
        Assert.Equal((2 / 3.0 + 0.5) / 2, matrix.MacroF1, 12);
        Assert.Equal((2 / 3.0 + 0.5) / 2, matrix.BalancedAccuracy, 12);
    }

    [Fact]
    public void The_fitted_temperature_undoes_a_known_overconfidence()
    {
        var random = CounterRandom.For(4);
        var (target, logits) = (new int[20_000], new float[20_000][]);
        for (var i = 0; i < target.Length; i++)
        {
            // A label drawn from the softmax of the true logits, which are then made three times too large.
            double[] real = [random.NextGaussian(), random.NextGaussian(), random.NextGaussian()];
            logits[i] = Array.ConvertAll(real, value => (float)(3 * value));
            target[i] = Draw(new Predictions(Labels, [0], [Array.ConvertAll(real, value => (float)value)]).Probabilities(0), random.NextDouble());
        }

        var predictions = new Predictions(Labels, target, logits);
        var temperature = Calibration.FitTemperature(predictions);

        Assert.InRange(temperature, 2.8, 3.2);
        Assert.InRange(Calibration.ExpectedCalibrationError(predictions), 0.1, 1);
        Assert.InRange(Calibration.ExpectedCalibrationError(predictions, temperature), 0, 0.015);
    }

    [Theory]
    [InlineData(0, 0.5, 1)]
    [InlineData(1, 1, 2)]
    public void A_few_images_do_not_make_a_network_certain_or_ignorant(int target, double lowest, double highest)
    {
        var six = new Predictions(Labels, [.. Enumerable.Repeat(target, 6)], [.. Enumerable.Range(1, 6).Select(image => new[] { 0.5f * image, 0f, 0f })]);

        Assert.InRange(Calibration.FitTemperature(six), lowest, highest);
    }

    [Fact]
    public void A_report_is_read_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var report = EvaluationReport.Of(Five, 1.5) with { Model = "fer.pt", WithTta = EvaluationMetrics.Of(Five, 1) };
        File.WriteAllText(folder.Inside("report.json"), report.ToJson());

        var loaded = EvaluationReport.Load(folder.Inside("report.json"));

        Assert.Equal(report.ToJson(), loaded.ToJson());
        Assert.Throws<FerException>(() => EvaluationReport.Load(folder.Inside("none.json")));
        foreach (var other in (string[])["{}", "null", "[]", "accuracy", "{\"figures\": {}}", "{\"figures\": {\"accuracy\": 0.5}}"])
        {
            File.WriteAllText(folder.Inside("other.json"), other);
            Assert.Throws<FerException>(() => EvaluationReport.Load(folder.Inside("other.json")));
        }
    }

    [Theory]
    [InlineData("\"label\": \"loud\"", "\"label\": null")]
    [InlineData("\"labels\": [", "\"labels\": [null,")]
    [InlineData("\"confusion\": [", "\"confusion\": [null,")]
    [InlineData("\"model\": \"\"", "\"model\": null")]
    [InlineData("\"split\": \"\"", "\"split\": null")]
    [InlineData("\"accuracy\": 0.6", "\"accuracy\": null")]
    [InlineData("\"figures\": {", "\"figures\": null, \"other\": {")]
    public void A_null_in_a_report_is_refused(string original, string damaged)
    {
        using var folder = new TemporaryFolder();
        var json = EvaluationReport.Of(Five, 1).ToJson();
        Assert.Contains(original, json, StringComparison.Ordinal);
        File.WriteAllText(folder.Inside("report.json"), json.Replace(original, damaged, StringComparison.Ordinal));

        var failure = Assert.Throws<FerException>(() => EvaluationReport.Load(folder.Inside("report.json")));

        Assert.Contains("report.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_of_a_report_stay_as_they_were()
    {
        var json = (EvaluationReport.Of(Five, 1.5) with { WithTta = EvaluationMetrics.Of(Five, 1) }).ToJson();

        Assert.All(["pictures", "withViews", "calibrationError", "uncalibratedError", "balancedAccuracy", "macroF1"], key => Assert.Contains($"\"{key}\":", json, StringComparison.Ordinal));
    }

    [Fact]
    public void Outputs_that_are_not_numbers_and_an_empty_set_are_reported()
    {
        Assert.Throws<FerException>(() => EvaluationReport.Of(new Predictions(Labels, [0], [[0, float.NaN, 0]]), 1));
        Assert.Throws<FerException>(() => EvaluationReport.Of(new Predictions(Labels, [], []), 1));
    }

    [Theory]
    [InlineData(0.6, 0.0, 0)]
    [InlineData(0.61, 0.0, 1)]
    [InlineData(null, 0.05, 1)]
    [InlineData(null, 0.2, 0)]
    [InlineData(0.61, 0.05, 2)]
    public void A_gate_names_each_requirement_that_is_not_met(double? least, double drop, int missed)
    {
        var report = EvaluationReport.Of(Five, 1);
        var better = report with { Figures = report.Figures with { Accuracy = 0.7 } };
        var baseline = drop > 0 ? better : null;

        Assert.Equal(missed, Missed(new EvaluationGates { MinAccuracy = least, Baseline = baseline, MaxDrop = drop }, report).Length);
    }

    [Fact]
    public void A_drop_of_exactly_the_allowed_size_passes()
    {
        var report = EvaluationReport.Of(Five, 1);

        for (var earlier = 20; earlier < 1000; earlier++)
        {
            var baseline = report with { Figures = report.Figures with { Accuracy = earlier / 1000.0 } };
            var allowed = report with { Figures = report.Figures with { Accuracy = (earlier - 10) / 1000.0 } };
            var worse = report with { Figures = report.Figures with { Accuracy = (earlier - 11) / 1000.0 } };
            Assert.Empty(Missed(new EvaluationGates { Baseline = baseline, MaxDrop = 0.01 }, allowed));
            Assert.Single(Missed(new EvaluationGates { Baseline = baseline, MaxDrop = 0.01 }, worse));
        }
    }

    [Fact]
    public void A_baseline_is_compared_like_with_like()
    {
        var report = EvaluationReport.Of(Five, 1);
        var withTta = report with { WithTta = report.Figures with { Accuracy = 0.9 } };
        var others = report with { Labels = [.. report.Labels.Reverse()] };

        Assert.Empty(Missed(new EvaluationGates { Baseline = withTta }, report));
        Assert.Single(Missed(new EvaluationGates { Baseline = withTta, MaxDrop = 0.05 }, withTta with { WithTta = report.Figures }));
        Assert.Throws<FerException>(() => new EvaluationGates { Baseline = others }.Check(report));
    }

    [Fact]
    public void The_table_has_a_line_for_each_label_and_fits_the_terminal()
    {
        var lines = EvaluationTable.Render(EvaluationReport.Of(Five, 1)).Split('\n');

        Assert.All(Labels, label => Assert.Contains(lines, line => line.StartsWith(label, StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("accuracy", StringComparison.Ordinal) && line.EndsWith("60.0%", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Predictions_as_CSV_quote_what_needs_quotes()
    {
        using var writer = new StringWriter();

        PredictionTable.Write(writer, Five, ["a.png", "with \"quotes\".png", "c.png", "d.png", "e.png"], 1);

        var lines = writer.ToString().Split('\n');
        Assert.Equal("path,label,predicted,confidence,\"calm, quiet\",loud,never", lines[0]);
        Assert.StartsWith("\"with \"\"quotes\"\".png\",\"calm, quiet\",\"calm, quiet\",0.8", lines[2], StringComparison.Ordinal);
        Assert.Equal(7, lines.Length);
    }

    private static GateResult[] Missed(EvaluationGates gates, EvaluationReport report) => [.. gates.Check(report).Where(gate => !gate.Passed)];

    private static int Draw(double[] probabilities, double place)
    {
        var label = 0;
        for (var sum = probabilities[0]; label < probabilities.Length - 1 && place >= sum; sum += probabilities[label])
        {
            label++;
        }

        return label;
    }
}
