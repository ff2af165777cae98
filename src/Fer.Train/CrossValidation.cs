using System.Globalization;
using System.Text;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Training;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary><c>--folds K</c>: a training run for each fold, each in a folder of its own, and the mean of their figures.</summary>
internal static class CrossValidation
{
    private const string Table = "folds.csv";

    /// <summary>Whether a folder holds the runs of a cross-validation.</summary>
    public static bool IsIn(string folder) => File.Exists(RunPaths.Options(FolderOf(folder, 1)));

    /// <param name="session">The training, without a fold.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    public static int Start(TrainingSession session, CancellationToken cancellation)
    {
        var (folder, folds) = (session.Options.Output, session.Options.Folds);
        if (IsIn(folder))
        {
            throw new FerException($"{folder} holds a cross-validation already: continue it with fer-train --resume {folder}, or choose another --out");
        }

        OutputPath.RequireNewFolder(folder);
        OutputMarker.Write(folder);
        return Run(folder, folds, fold => session with
        {
            Options = Fold(session.Options, folder, fold),
            ForFewImages = session.ForFewImages is { } careful ? Fold(careful, folder, fold) : null,
        }, cancellation);
    }

    /// <summary>Resumes the fold that was interrupted, and trains those that did not begin. Finished ones are only evaluated again.</summary>
    /// <param name="folder">The folder of the cross-validation.</param>
    /// <param name="optionsOf">The options of a run folder in it.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(string folder, Func<string, TrainingOptions> optionsOf, CancellationToken cancellation)
    {
        var first = optionsOf(FolderOf(folder, 1));
        return Run(folder, first.Folds, fold => FolderOf(folder, fold) is var run && File.Exists(RunPaths.Last(run))
            ? new TrainingSession(optionsOf(run), Resumed: true)
            : new TrainingSession(Fold(first, folder, fold), Resumed: false), cancellation);
    }

    private static int Run(string folder, int folds, Func<int, TrainingSession> sessionOf, CancellationToken cancellation)
    {
        var results = new List<EpochMetrics>();
        for (var fold = 1; fold <= folds; fold++)
        {
            Say($"fold {fold} of {folds}");
            var exitCode = (sessionOf(fold) with { Finished = results.Add, ResumeFolder = folder }).Run(cancellation);
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

    private static string FolderOf(string folder, int fold) => Path.Combine(folder, $"fold-{fold}");

    private static TrainingOptions Fold(TrainingOptions options, string folder, int fold) => options with { Fold = fold, Output = FolderOf(folder, fold) };

    private static string ToCsv(IReadOnlyList<EpochMetrics> results)
    {
        var rows = new StringBuilder("fold,best_epoch,accuracy,balanced_accuracy,macro_f1,loss\n");
        foreach (var (fold, best) in results.Index())
        {
            Row($"{fold + 1},{best.Epoch}", figure => figure(best));
        }

        Row("mean,", figure => results.Average(figure));
        Row("std,", figure => Deviation([.. results.Select(figure)]));
        return rows.ToString();

        void Row(string start, Func<Func<EpochMetrics, double>, double> value) => rows.Append(
            CultureInfo.InvariantCulture,
            $"{start},{value(best => best.ValidationAccuracy):G9},{value(best => best.ValidationBalancedAccuracy):G9},{value(best => best.ValidationMacroF1):G9},{value(best => best.ValidationLoss):G9}\n");
    }

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
            return $"{100 * values.Average():0.0} ± {100 * Deviation(values):0.0}%";
        }
    }

    /// <summary>The sample's standard deviation: the folds are a sample of all possible training runs.</summary>
    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static string Percent(double value) => $"{100 * value:0.0}%";
}
