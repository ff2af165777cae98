using Fer.Core.Reporting;

namespace Fer.Core.Benchmarking.Scenes;

/// <summary>The results of a <see cref="SceneBenchmark"/> as tables and as data for a chart.</summary>
public static class SceneTables
{
    private static readonly double[] Rolls = [0, 10, 20, 30, 45.1];
    private static readonly double[] Sizes = [24, 36, 54, 80, 120, 180, 280.1];

    /// <summary>Recall, false boxes, box errors and CPU time of each detector.</summary>
    public static TextTable Detection(IReadOnlyList<SceneScore> scores)
    {
        var table = new TextTable("detector", "faces", "recall", "recall, roll <= 30", "false boxes in 50 images", "mean IoU", "box scale", "box offset down", "CPU ms per image");
        foreach (var score in scores)
        {
            table.Add(
                score.Name,
                $"{score.Matches.Count}",
                $"{score.Recall:0.0%}",
                $"{score.RecallWhere(face => Math.Abs(face.Roll) <= 30):0.0%}",
                $"{50.0 * score.FalseBoxes / score.Images:0.00}",
                $"{score.MeanIou:0.00}",
                $"{score.Scale:0.00}",
                $"{score.Down:0.00}",
                $"{1000 * score.Seconds / score.Images:0}");
        }

        return table;
    }

    /// <summary>Recall by roll in degrees, by face size in pixels, and of the blurred and of the covered faces.</summary>
    public static TextTable Recall(IReadOnlyList<SceneScore> scores)
    {
        var (roll, size) = Curves(scores);
        var table = new TextTable(["recall", .. roll[0].Labels.Select(label => $"{label} deg"), .. size[0].Labels.Select(label => $"{label} px"), "blurred", "covered"]);
        foreach (var (score, byRoll, bySize) in scores.Zip(roll, size))
        {
            IEnumerable<double> values = [.. byRoll.Values, .. bySize.Values, score.RecallWhere(face => face.IsBlurred), score.RecallWhere(face => face.IsCovered)];
            table.Add([score.Name, .. values.Select(value => double.IsNaN(value) ? "" : $"{value:0%}")]);
        }

        return table;
    }

    /// <summary>The same as curves, by roll and by size.</summary>
    public static RecallCurves Curves(IReadOnlyList<SceneScore> scores) => new(
        [.. scores.Select(score => Curve(score, Rolls, face => Math.Abs(face.Roll)))],
        [.. scores.Select(score => Curve(score, Sizes, face => face.Box.Width))]);

    /// <summary>Accuracy of the emotions, a missed face counted as wrong.</summary>
    public static TextTable Accuracy(SceneAccuracy accuracy, IReadOnlyList<SceneDetector> detectors)
    {
        var table = new TextTable("faces from", "accuracy");
        table.Add($"original crops ({accuracy.Faces})", $"{accuracy.ExactCrops:0.0%}");
        table.Add("true boxes in the scenes", $"{accuracy.ExactBoxes:0.0%}");
        foreach (var (detector, value) in detectors.Zip(accuracy.Detectors))
        {
            table.Add(detector.Name, $"{value:0.0%}");
        }

        return table;
    }

    private static RecallCurve Curve(SceneScore score, double[] bounds, Func<SceneFace, double> property)
    {
        var bins = bounds.Zip(bounds.Skip(1)).ToList();
        return new RecallCurve(
            score.Name,
            [.. bins.Select(bin => $"{bin.First:0}-{Math.Floor(bin.Second):0}")],
            [.. bins.Select(bin => score.RecallWhere(face => property(face) >= bin.First && property(face) < bin.Second))]);
    }
}
