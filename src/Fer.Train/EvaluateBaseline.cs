using Fer.Core.Data;
using Fer.Core.Evaluation;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary>What a network is compared with.</summary>
/// <param name="ReportFile">The file of the report; null for another network of the same evaluation.</param>
/// <param name="Report">The report.</param>
/// <param name="Kept">Its predictions; null if they were not kept.</param>
internal sealed record EvaluateBaseline(string? ReportFile, EvaluationReport Report, Outcomes? Kept)
{
    // Reports and tables are rounded differently.
    private const double Rounding = 1e-9;

    /// <summary>Reads an earlier report, and its predictions where they are still beside it.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="labels">The labels of the networks that are compared with it.</param>
    /// <param name="split">The split that they are evaluated on.</param>
    public static EvaluateBaseline Load(string path, LabelSet labels, string split)
    {
        var report = EvaluationReport.Load(path);
        report.RequireComparable(labels, split);
        if (report.Predictions is not { } name)
        {
            return new EvaluateBaseline(path, report, null);
        }

        var csv = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        if (!File.Exists(csv))
        {
            Warn($"{csv}, the predictions of the baseline, does not exist; comparing without them");
            return new EvaluateBaseline(path, report, null);
        }

        var kept = PredictionTable.Read(csv, report.Data, labels);
        var right = Enumerable.Range(0, kept.Count).Count(kept.IsCorrect);
        if (kept.Count != report.Images || Math.Abs(right - report.Figures.Accuracy * report.Images) > Rounding * report.Images)
        {
            Warn($"{csv} holds other predictions than those that {path} reports; comparing without them");
            return new EvaluateBaseline(path, report, null);
        }

        return new EvaluateBaseline(path, report, kept);
    }
}
