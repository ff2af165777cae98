using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Detection;
using Fer.Core.Detection.Detectors;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Summaries;
using Fer.Core.Model;

namespace Fer.Detect;

/// <summary>What a run adds up to: a table on stderr, and the report if one was asked for.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The sinks of the run are disposed of together.")]
internal sealed class RunOutcome
{
    private readonly RunTotals _totals;

    public RunOutcome(DetectOptions options, string model, Precision precision, IFaceDetector detector, EmotionClassifier classifier)
    {
        if (options.Report is { } asked)
        {
            var report = new RunReport(classifier.Labels, asked with { Settings = Settings(options, detector), Model = Describe(model, precision, classifier) });
            (Sink, _totals) = (report, report.Totals);
        }
        else
        {
            _totals = new RunTotals(classifier.Labels);
            Sink = _totals;
        }
    }

    /// <summary>Receives the frames, and completes the report when it is disposed of.</summary>
    public IFrameSink Sink { get; }

    /// <summary>Writes the table for people.</summary>
    public void Say()
    {
        if (SummaryTable.Render(_totals) is { } table)
        {
            Messages.Say(table.TrimEnd('\n'));
        }
    }

    private static IReadOnlyList<(string Name, string Value)> Settings(DetectOptions options, IFaceDetector detector) =>
    [
        ("input", options.Camera is { } camera ? $"camera {camera.Name}" : string.Join(' ', options.Inputs.Select(FrameSources.NameOf))),
        ("detector", detector.Name),
        ("smoothing", string.Create(CultureInfo.InvariantCulture, $"{options.Tracking.Smoothing.TotalSeconds} s")),
        ("minimum confidence", string.Create(CultureInfo.InvariantCulture, $"{options.Tracking.MinConfidence}")),
        ("every", $"{options.Loop.Every}"),
        .. options.CommandLine,
    ];

    private static IReadOnlyList<(string Name, string Value)> Describe(string model, Precision precision, EmotionClassifier classifier) =>
    [
        ("file", BundledModel.NameOf(model)),
        ("network", classifier.Architecture),
        ("precision", precision.ToString()),
        ("labels", string.Join(", ", classifier.Labels)),
        .. classifier.Metrics.Select(metric => (metric.Key.Replace('_', ' '), metric.Value.ToString("0.####", CultureInfo.InvariantCulture))),
    ];
}
