using Fer.Core.Reporting;

namespace Fer.Core.Detection.Summaries;

/// <summary>
/// The report of a run: <c>timeline.csv</c> grows during the run, everything else is written at its end, also where it
/// was interrupted.
/// </summary>
public sealed class RunReport : IFrameSink
{
    private const string Summary = "summary.json", Rows = "timeline.csv", Chart = "timeline.png", Page = "report.html";

    private readonly ReportOptions _options;
    private readonly RunTotals _totals;
    private readonly TimelineWriter _timeline;

    /// <summary>Prepares the folder.</summary>
    /// <param name="labels">The labels of the model.</param>
    /// <param name="options">Where and what.</param>
    /// <exception cref="FerException">The folder cannot be written.</exception>
    public RunReport(Data.LabelSet labels, ReportOptions options)
    {
        _options = options;
        OutputMarker.Write(options.Folder);
        foreach (var name in Files)
        {
            // What is left of an earlier report must not be taken for a part of this one.
            AtomicFile.Discard(Path.Combine(options.Folder, name));
        }

        _timeline = new TimelineWriter(Path.Combine(options.Folder, Rows), labels, options.Step);
        _totals = new RunTotals(labels) { OnTimed = _timeline.Add, Thumbnails = options.HasFaces ? new TrackImages() : null };
    }

    /// <summary>The names of the files.</summary>
    public static IReadOnlyList<string> Files { get; } = [Summary, Rows, Chart, Page];

    /// <summary>What the run has shown so far.</summary>
    public RunTotals Totals => _totals;

    /// <inheritdoc/>
    public bool Write(Frame frame) => _totals.Write(frame);

    /// <summary>Writes the report, if there was a frame.</summary>
    /// <exception cref="FerException">The folder cannot be written.</exception>
    public void Dispose()
    {
        _totals.Complete();
        _timeline.Dispose();
        if (_totals.Frames == 0)
        {
            return;
        }

        var (rows, chart) = (Path.Combine(_options.Folder, Rows), Path.Combine(_options.Folder, Chart));
        AtomicFile.Replace(Path.Combine(_options.Folder, Summary), path => SummaryJson.Write(path, _totals, _options));
        var hasTimeline = File.Exists(rows);
        if (hasTimeline)
        {
            TimelineChart.Save(chart, TimelineReader.Read(rows, _totals, _options.Step));
        }

        var page = new SummaryPage(_totals, _options).Render(hasTimeline ? chart : null);
        AtomicFile.Replace(Path.Combine(_options.Folder, Page), path => File.WriteAllText(path, page));
    }
}
