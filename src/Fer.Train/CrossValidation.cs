using System.Globalization;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Training;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary><c>--folds K</c>: a training for each fold, each in a folder of its own, and the mean of their figures.</summary>
internal static class CrossValidation
{
    private const string Table = "folds.csv";

    /// <param name="session">The training, without a fold.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    public static int Run(TrainingSession session, CancellationToken cancellation)
    {
        var (folder, folds) = (session.Options.Output, session.Options.Folds);
        OutputPath.RequireNewFolder(folder);
        OutputMarker.Write(folder);
        var results = new List<EpochMetrics>();
        for (var fold = 1; fold <= folds; fold++)
        {
            var of = fold;
            TrainingOptions In(TrainingOptions options) => options with { Fold = of, Output = Path.Combine(folder, $"fold-{of}") };
            Say($"fold {fold} of {folds}");
            var exitCode = (session with
            {
                Options = In(session.Options),
                ForFewImages = session.ForFewImages is { } careful ? In(careful) : null,
                Finished = results.Add,
            }).Run(cancellation);
            if (exitCode != ExitCode.Success)
            {
                return exitCode;
            }
        }

        AtomicFile.Replace(Path.Combine(folder, Table), path => File.WriteAllText(path, ToCsv(results)));
        Console.Out.Write(Render(results));
        Say($"the best epoch of each fold on its own validation images, which also chose it; {Path.Combine(folder, Table)}");
        return ExitCode.Success;
    }

    private static string ToCsv(IReadOnlyList<EpochMetrics> results) => string.Concat(results.Select((best, fold) => string.Create(
        CultureInfo.InvariantCulture,
        $"{fold + 1},{best.Epoch},{best.ValidationAccuracy:G9},{best.ValidationBalancedAccuracy:G9},{best.ValidationMacroF1:G9},{best.ValidationLoss:G9}\n")).Prepend("fold,best_epoch,accuracy,balanced_accuracy,macro_f1,loss\n"));

    private static TextTable Render(IReadOnlyList<EpochMetrics> results)
    {
        var table = new TextTable("fold", "best epoch", "accuracy", "balanced", "macro F1");
        foreach (var (fold, best) in results.Index())
        {
            table.Add($"{fold + 1}", $"{best.Epoch}", Percent(best.ValidationAccuracy), Percent(best.ValidationBalancedAccuracy), Percent(best.ValidationMacroF1));
        }

        table.Add("mean", "", Mean(best => best.ValidationAccuracy), Mean(best => best.ValidationBalancedAccuracy), Mean(best => best.ValidationMacroF1));
        return table;

        string Mean(Func<EpochMetrics, double> figure)
        {
            double[] values = [.. results.Select(figure)];
            var mean = values.Average();
            // The sample's deviation: the folds are a sample of all possible training runs.
            return $"{100 * mean:0.0} ± {100 * Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)):0.0}%";
        }
    }

    private static string Percent(double value) => $"{100 * value:0.0}%";
}
