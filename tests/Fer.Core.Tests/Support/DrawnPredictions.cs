using Fer.Core.Data;
using Fer.Core.Evaluation;

namespace Fer.Core.Tests.Support;

/// <summary>Predictions of a network that is right with a given probability, and otherwise says the next label.</summary>
internal static class DrawnPredictions
{
    public static readonly LabelSet Labels = new(["angry", "happy", "sad"]);

    public static Predictions Of(int images, double accuracy, int stream = 0)
    {
        var random = CounterRandom.For(7, stream);
        int[] targets = [.. Enumerable.Range(0, images).Select(image => image % Labels.Count)];
        return new Predictions(Labels, targets, [.. targets.Select(target => Logits(target, random.NextDouble() < accuracy, random.NextDouble()))]);

        float[] Logits(int target, bool isRight, double certainty)
        {
            var logits = new float[Labels.Count];
            logits[isRight ? target : (target + 1) % Labels.Count] = 1 + 2 * (float)certainty;
            return logits;
        }
    }

    public static Outcomes Outcomes(Predictions predictions) =>
        Evaluation(predictions, [.. Enumerable.Range(0, predictions.Count).Select(image => $"test/{image:0000}.png")]);

    /// <summary>A report with everything that <c>fer-train evaluate</c> adds to it.</summary>
    public static EvaluationReport FullReport(Predictions predictions, Predictions baseline)
    {
        var (outcomes, report) = (Outcomes(predictions), Report(predictions));
        var estimates = FigureEstimate.Of(outcomes);
        string[] groups = [.. Enumerable.Range(0, predictions.Count).Select(image => image % 2 == 0 ? "even" : "odd")];
        return report with
        {
            WithTta = report.Figures,
            Predictions = "predictions.csv",
            Estimates = estimates,
            Warnings = ["something <b>to know</b> | here"],
            Gates = new EvaluationGates { MinAccuracy = 0.1, MinRecalls = [("sad", 1)] }.Check(report),
            Comparison = BaselineComparison.Of(report, outcomes, Report(baseline), Outcomes(baseline)),
            Groups = [AttributeReport.Of(outcomes, "parity", groups)],
        };
    }

    public static EvaluationReport Report(Predictions predictions) => EvaluationReport.Of(predictions, 1) with { Model = "my & <fer>.pt", Data = "images", Split = "test" };

    private static Outcomes Evaluation(Predictions predictions, string[] paths) =>
        Fer.Core.Evaluation.Outcomes.Of(predictions, new FaceDataset(predictions.Labels, 1, new byte[paths.Length], [.. predictions.Targets], [.. paths.Select(path => $"images/{path}")]), "images", 1);
}
