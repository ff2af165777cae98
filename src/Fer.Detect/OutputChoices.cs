using System.CommandLine;
using System.CommandLine.Parsing;
using Fer.Core.Cli;
using Fer.Core.Detection.Sources;
using Fer.Core.Detection.Summaries;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Detect;

/// <summary>The options of a run's outputs.</summary>
internal sealed class OutputChoices
{
    private readonly Option<bool> _headless = Switch("--headless", "do not open a window; without another output, write JSON to stdout");
    private readonly Option<string?> _output = Text("--output", "FILE|DIR", "annotated image or video, or a folder for several");
    private readonly Option<string?> _json = Text("--json", "FILE|-", "JSON Lines: a line per frame with all faces and probabilities; - for stdout");
    private readonly Option<string?> _csv = Text("--csv", "FILE|-", "CSV: a row per face, and a row for a frame without faces; - for stdout");
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<bool> _resume = Switch("--resume", "continue the --json and --csv files of an interrupted run of the same command; its last file is processed again");
    private readonly Option<bool> _bars = Switch("--bars", "draw a bar chart of the largest face's class probabilities");
    private readonly Option<bool> _blur = Switch("--blur", "make faces unrecognizable in the window and in every image written, from their first detection on");
    private readonly Option<string?> _crops = Text("--crops", "DIR", "write a crop of every detected face: grayscale, upright, at its original resolution");
    private readonly Option<string?> _report = Text("--report", "DIR", "summary as JSON and HTML page, and a timeline as CSV and PNG");
    private readonly Option<double?> _reportStep = Real("--report-step", "seconds of a step of the timeline", 0.01, 86400, "1");
    private readonly Option<bool> _facesInReport = Switch("--faces-in-report", "show a small image of each track on the HTML page");
    private readonly Option<bool> _strict = Switch("--strict", "stop at the first file that cannot be read, with exit code 2, instead of skipping it");
    private readonly Option<int?> _maxFailures = Whole("--max-failures", "stop when more than N files cannot be read, with exit code 2", 0, int.MaxValue);

    /// <summary>The groups of the help.</summary>
    public IReadOnlyList<OptionGroup> Groups =>
    [
        new("Output", [_headless, _output, _json, _csv, _crops, _force, _bars, _blur]),
        new("Report", [_report, _reportStep, _facesInReport]),
        new("Batches", [_resume, _strict, _maxFailures]),
    ];

    /// <summary>Reports options that do not fit together.</summary>
    public void Check(CommandResult result)
    {
        if (Has(result, _strict) && Has(result, _maxFailures))
        {
            result.AddError("--strict and --max-failures cannot be combined");
        }

        if (Has(result, _resume) && !new Option[] { _json, _csv }.Any(option => result.GetResult(option) is { Tokens: [{ Value: not "-" }] }))
        {
            result.AddError("--resume requires the file to continue: --json or --csv");
        }

        foreach (var option in new Option[] { _reportStep, _facesInReport }.Where(option => Has(result, option) && !Has(result, _report)))
        {
            result.AddError($"{option.Name} requires --report");
        }

        if (Has(result, _blur))
        {
            foreach (var option in new Option[] { _crops, _facesInReport }.Where(option => Has(result, option)))
            {
                result.AddError($"--blur and {option.Name} cannot be combined: one hides faces, the other writes them");
            }
        }

        if (Has(result, _resume) && Has(result, _report))
        {
            result.AddError("--resume and --report cannot be combined: the report would lack what the interrupted run has seen");
        }

        if (Has(result, _resume) && Has(result, _force))
        {
            result.AddError("--resume and --force cannot be combined: one continues the files, the other starts them again");
        }
    }

    /// <summary>Adds what a command line says.</summary>
    public DetectOptions Apply(DetectOptions options, ParseResult parsed) => options with
    {
        Headless = parsed.GetValue(_headless),
        Output = parsed.GetValue(_output),
        Json = parsed.GetValue(_json),
        Csv = parsed.GetValue(_csv),
        Bars = parsed.GetValue(_bars),
        Blur = parsed.GetValue(_blur),
        Crops = parsed.GetValue(_crops),
        Report = parsed.GetValue(_report) is { } folder
            ? new ReportOptions(folder) { Step = parsed.GetValue(_reportStep) ?? ReportOptions.DefaultStep, HasFaces = parsed.GetValue(_facesInReport) }
            : null,
        Tracking = parsed.GetValue(_blur) ? options.Tracking.ThatHideFaces() : options.Tracking,
        CommandLine = Spoken(parsed),
        Force = parsed.GetValue(_force),
        Resume = parsed.GetValue(_resume),
        Strict = parsed.GetValue(_strict),
        MaxFailures = parsed.GetValue(_strict) ? 0 : parsed.GetValue(_maxFailures),
    };

    /// <summary>Whether an interrupted run is to be continued, for the checks of other options.</summary>
    public bool IsResumed(CommandResult result) => Has(result, _resume);

    /// <summary>The options that were given, for the report.</summary>
    private static IReadOnlyList<(string Name, string Value)> Spoken(ParseResult parsed) =>
    [
        .. parsed.CommandResult.Children.OfType<OptionResult>()
            .Where(result => !result.Implicit)
            .Select(result => (result.Option.Name, result.Tokens.Count > 0 ? string.Join(' ', result.Tokens.Select(token => FrameSources.NameOf(token.Value))) : "yes")),
    ];

    private static bool Has(CommandResult result, Option option) => result.GetResult(option) is not null;
}
