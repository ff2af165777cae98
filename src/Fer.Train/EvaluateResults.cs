using System.Text;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Evaluation;
using Fer.Core.Reporting;

namespace Fer.Train;

/// <summary>The files and the table that <c>fer-train evaluate</c> writes.</summary>
/// <param name="options">Which ones, and where.</param>
internal sealed class EvaluateResults(EvaluateOptions options)
{
    private const string Page = "report.html", Json = "report.json", MistakeRows = "mistakes.csv", MistakeSheet = "mistakes.png";

    private bool WantsSheet => options.Mistakes is { } mistakes && !IsCsv(mistakes);

    /// <summary>Makes sure that every result is a file in a place for files, and overwrites neither an input, nor another result, nor an earlier one without permission.</summary>
    /// <exception cref="FerException">One would.</exception>
    public void CheckPlaces()
    {
        foreach (var folder in new[] { options.Report, WantsSheet ? options.Mistakes : null }.Where(File.Exists))
        {
            throw new FerException($"{folder} is a file, where the results need a folder; choose another name");
        }

        (string Option, string Path)[] files = [.. Files().Where(file => !OutputPath.IsStandardOutput(file.Path))];
        foreach (var same in files.Where(file => InputFile.DescribeSpecial(file.Path) is null).GroupBy(file => Path.GetFullPath(file.Path), StringComparer.Ordinal).Where(group => group.Skip(1).Any()))
        {
            throw new FerException($"{string.Join(" and ", same.Select(file => file.Option))} would both write {same.First().Path}; choose two different files");
        }

        foreach (var (option, file) in files)
        {
            if (Directory.Exists(file))
            {
                throw new FerException($"{file} is a folder; {option} requires a file");
            }

            OutputPath.RequireOtherThan(file, option, [.. options.Models, options.Baseline, options.Groups, options.Data]);
            OutputPath.RequireNew(file, option, options.Force);
        }
    }

    /// <summary>Writes everything: files first, because stdout may be a closed terminal.</summary>
    public void Write(IReadOnlyList<EvaluatedNetwork> networks, TextWriter output)
    {
        EvaluationReport[] reports = [.. networks.Select(network => network.Report)];
        var json = EvaluationReport.ToJson([.. reports.Select(report => WithPredictions(report, options.Json))]);
        var writesTable = options.Json is not { } path || !OutputPath.IsStandardOutput(path);
        try
        {
            WriteFiles(networks, reports);
            Results.Write(output, "", json, options.Json);
        }
        finally
        {
            // What was computed is not lost where a disk is full.
            output.Write(writesTable ? Table(reports) : "");
        }
    }

    private void WriteFiles(IReadOnlyList<EvaluatedNetwork> networks, EvaluationReport[] reports)
    {
        if (options.Report is { } marked)
        {
            // First, while it is empty: other results may lie inside.
            OutputMarker.Write(marked);
        }

        if (options.Predictions is { } csv)
        {
            WritePredictions(csv, networks[0], null);
        }

        if (options.Mistakes is { } mistakes)
        {
            WriteMistakes(mistakes, networks[0]);
        }

        if (options.JUnit is { } junit)
        {
            JUnitReport.Write(junit, reports);
        }

        if (options.Summary is { } summary)
        {
            AtomicFile.Replace(summary, unfinished => File.WriteAllText(unfinished, EvaluationSummary.Render(reports)));
        }

        if (options.Report is { } folder)
        {
            WriteReport(folder, networks);
        }
    }

    private IEnumerable<(string Option, string Path)> Files()
    {
        (string Option, string? Path)[] files =
        [
            ("--json", options.Json), ("--predictions", options.Predictions), ("--junit", options.JUnit), ("--summary", options.Summary),
            ("--mistakes", WantsSheet ? null : options.Mistakes),
        ];
        string[] sheet = WantsSheet ? [MistakeRows, MistakeSheet] : [];
        string[] report = options.Report is null ? [] : [Page, Json, .. options.Models.SelectMany((_, index) => new[] { PredictionsOf(index), Confusion(index), Reliability(index) })];
        return files.Where(file => file.Path is not null).Select(file => (file.Option, file.Path!))
            .Concat(sheet.Select(name => ("--mistakes", Path.Combine(options.Mistakes!, name))))
            .Concat(report.Select(name => ("--report", Path.Combine(options.Report!, name))));
    }

    private void WriteReport(string folder, IReadOnlyList<EvaluatedNetwork> networks)
    {
        var pages = new List<(EvaluationReport, EvaluationImages)>();
        foreach (var (index, network) in networks.Index())
        {
            var (confusion, calibration) = (Path.Combine(folder, Confusion(index)), Path.Combine(folder, Reliability(index)));
            var canDraw = network.Report.Labels.Count <= EvaluationCharts.MaxLabels;
            if (canDraw)
            {
                TrainingCharts.Confusion(confusion, new ConfusionMatrix(network.Predictions), $"Confusion matrix ({network.Report.Split})");
            }

            TrainingCharts.Reliability(calibration, network.Predictions, network.Report.Temperature, $"Reliability diagram ({network.Report.Split})");
            var sheet = WantsSheet ? Path.Combine(options.Mistakes!, MistakeSheet) : null;
            pages.Add((network.Report, new EvaluationImages(canDraw ? confusion : null, calibration, File.Exists(sheet) ? sheet : null)));
            WritePredictions(Path.Combine(folder, PredictionsOf(index)), network, null);
        }

        var json = EvaluationReport.ToJson([.. networks.Select((network, index) => network.Report with { Predictions = PredictionsOf(index) })]);
        AtomicFile.Replace(Path.Combine(folder, Json), unfinished => File.WriteAllText(unfinished, json));
        EvaluationPage.Write(Path.Combine(folder, Page), pages);
    }

    private static void WriteMistakes(string path, EvaluatedNetwork network)
    {
        var mistakes = Mistakes.ByConfidence(network.Outcomes);
        if (IsCsv(path))
        {
            WritePredictions(path, network, mistakes);
            return;
        }

        OutputMarker.Write(path);
        WritePredictions(Path.Combine(path, MistakeRows), network, mistakes);
        var sheet = Path.Combine(path, MistakeSheet);
        if (mistakes.Count > 0)
        {
            EvaluationCharts.Mistakes(sheet, network.Faces, network.Outcomes, mistakes);
        }
        else
        {
            // Of an earlier evaluation.
            File.Delete(sheet);
        }
    }

    private static void WritePredictions(string csv, EvaluatedNetwork network, IReadOnlyList<int>? images) => AtomicFile.Replace(csv, unfinished =>
    {
        using var writer = new StreamWriter(unfinished);
        PredictionTable.Write(writer, network.Predictions, network.Faces.Paths, network.Report.Temperature, images);
    });

    private static string Table(EvaluationReport[] reports)
    {
        if (reports is [var single])
        {
            return $"{EvaluationTable.Render(single)}{Details(single)}";
        }

        var text = new StringBuilder(ComparisonTable.Render(reports));
        foreach (var report in reports)
        {
            text.Append($"\n{report.Model}\n").Append(Details(report).TrimStart('\n'));
        }

        return text.ToString();
    }

    private static string Details(EvaluationReport report)
    {
        var text = new StringBuilder($"\n{EvaluationNotes.Describe(report)}\n");
        if (report.Comparison is { } comparison)
        {
            text.Append('\n').Append(ComparisonTable.Render(comparison));
        }

        foreach (var attribute in report.Groups ?? [])
        {
            text.Append('\n').Append(GroupTable.Render(attribute));
        }

        return text.ToString();
    }

    /// <summary>The report with the place of its predictions, so that a later comparison finds them.</summary>
    private EvaluationReport WithPredictions(EvaluationReport report, string? json) => options.Predictions is { } csv && json is not null && !OutputPath.IsStandardOutput(json)
        ? report with { Predictions = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(json))!, Path.GetFullPath(csv)) }
        : report;

    private string PredictionsOf(int index) => $"predictions{Number(index)}.csv";

    private string Confusion(int index) => $"confusion{Number(index)}.png";

    private string Reliability(int index) => $"calibration{Number(index)}.png";

    /// <summary>The files of a single network have simple names.</summary>
    private string Number(int index) => options.Models.Count == 1 ? "" : $"-{index + 1}";

    private static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
}
