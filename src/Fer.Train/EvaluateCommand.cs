using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fer.Core;
using Fer.Core.Cli;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using static Fer.Core.Cli.OptionRules;

namespace Fer.Train;

/// <summary><c>fer-train evaluate</c>: evaluates networks on a split, with gates for scripts.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _split = CommonOptions.Split();
    private readonly Option<string?> _labelMap = CommonOptions.LabelMap();
    private readonly Option<string[]> _ignoredLabels = CommonOptions.IgnoredLabels();
    private readonly Option<bool> _strict = Switch("--strict", "fail on unreadable images instead of skipping them");
    private readonly Option<string?> _groups = Text("--groups", "FILE", "CSV with path,attribute,...: metrics of each group of images, and the largest gap");
    private readonly Option<string[]> _models = CommonOptions.Models();
    private readonly Option<bool> _tta = Switch("--tta", "also evaluate with 10-crop test-time augmentation");
    private readonly Option<string?> _report = Text("--report", "DIR", "write report.html, charts, report.json and predictions.csv into a folder");
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Option<string?> _predictions = Text("--predictions", "FILE", "write the predictions as CSV, a row per image");
    private readonly Option<string?> _mistakes = Text("--mistakes", "DIR|CSV", "write the mistakes, the most confident first: a CSV file, or a folder with it and a contact sheet");
    private readonly Option<string?> _junit = Text("--junit", "FILE", "write the gates as JUnit XML, a test case per gate");
    private readonly Option<string?> _summary = Text("--summary", "FILE", "write a summary as Markdown");
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<double?> _minAccuracy = Real("--min-accuracy", "required accuracy (with --tta: TTA accuracy, and so for F1 and ECE)", 0, 1);
    private readonly Option<double?> _minMacroF1 = Real("--min-macro-f1", "required macro F1", 0, 1);
    private readonly Option<string[]> _minRecalls = Texts("--min-recall", "LABEL=X", "required recall of a label; repeat for several");
    private readonly Option<double?> _maxEce = Real("--max-ece", "allowed expected calibration error", 0, 1);
    private readonly Option<string?> _baseline = Text("--baseline", "FILE", "earlier JSON report to compare with; its predictions make the comparison sharper");
    private readonly Option<double?> _maxDrop = Real("--max-drop", "how far the accuracy may be below the baseline's", 0, 1, "0");
    private readonly Option<RequestedDevice?> _device = CommonOptions.Device();
    private readonly Option<RequestedPrecision?> _precision = CommonOptions.EvaluationPrecision();
    private readonly Option<int?> _threads = CommonOptions.Threads();

    private Option<string?>[] Outputs => [_report, _json, _predictions, _mistakes, _junit, _summary];

    public static Command Create() => new EvaluateCommand().Build();

    private Command Build()
    {
        var command = Commands.Sub("evaluate", new HelpPage(
            "Evaluates networks on labeled images.",
            [
                new OptionGroup("Data", [_data, _split, _labelMap, _ignoredLabels, _strict, _groups]),
                new OptionGroup("Model", [_models, _tta]),
                new OptionGroup("Output", [.. Outputs, _force]),
                new OptionGroup("Gates (exit code 3 if one is missed)", [_minAccuracy, _minMacroF1, _minRecalls, _maxEce, _baseline, _maxDrop]),
                new OptionGroup("Hardware", [_device, _precision, _threads]),
            ],
            [
                "fer-train evaluate --data ./images",
                "fer-train evaluate --data ./images --model new.pt --model old.pt --report comparison",
                "fer-train evaluate --data ./images --model fer.pt --baseline report.json --max-drop 0.01",
            ]));
        command.Validators.Add(CheckGates);
        command.Validators.Add(CheckFiles);
        command.SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, cancellation)));
        return command;
    }

    private void CheckGates(CommandResult result)
    {
        if (result.GetResult(_baseline) is null && result.GetResult(_maxDrop) is not null)
        {
            result.AddError("--max-drop needs a report to compare with: add --baseline FILE");
        }

        foreach (var token in result.GetResult(_minRecalls)?.Tokens ?? [])
        {
            if (RecallGate(token.Value) is null)
            {
                result.AddError($"--min-recall takes LABEL=X with X from 0 to 1, such as fear=0.4, not '{token.Value}'");
            }
        }
    }

    private void CheckFiles(CommandResult result)
    {
        string[] models = [.. Named(_models)];
        string[] inputs = [.. models, .. Named(_baseline), .. Named(_groups)];
        (Option Option, string File)[] outputs = [.. Outputs.SelectMany(option => Named(option).Select(file => ((Option)option, file)))];
        foreach (var (index, (option, file)) in outputs.Index())
        {
            if (OutputPath.IsStandardOutput(file) && option != _json)
            {
                result.AddError($"{option.Name} needs a file: stdout has the table or the report");
            }
            else if (!OutputPath.IsStandardOutput(file) && inputs.Any(input => OutputPath.IsSame(file, input)))
            {
                result.AddError($"{option.Name} would overwrite the input {file}: choose another file");
            }
            else if (outputs.Take(index).FirstOrDefault(other => other.File != "-" && OutputPath.IsSame(other.File, file)) is ({ } earlier, _))
            {
                result.AddError($"{earlier.Name} and {option.Name} are the same file; choose two different files");
            }
        }

        if (models.Length > 1 && (Named(_predictions).Any() || Named(_mistakes).Any()))
        {
            result.AddError("--predictions and --mistakes are about one network; name a single --model");
        }

        // By its tokens: GetValue throws where a value is missing, which is reported after this.
        IEnumerable<string> Named(Option option) =>
            result.GetResult(option)?.Tokens.Select(token => token.Value).Where(value => !string.IsNullOrWhiteSpace(value)) ?? [];
    }

    private int Execute(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new EvaluateOptions
        {
            Data = parsed.GetValue(_data)!,
            Split = parsed.GetValue(_split),
            LabelRules = CommonOptions.LabelRulesIn(parsed, _labelMap, _ignoredLabels),
            Strict = parsed.GetValue(_strict),
            Groups = parsed.GetValue(_groups),
            Models = CommonOptions.ModelsIn(parsed, _models),
            Tta = parsed.GetValue(_tta),
            Report = parsed.GetValue(_report),
            Json = parsed.GetValue(_json),
            Predictions = parsed.GetValue(_predictions),
            Mistakes = parsed.GetValue(_mistakes),
            JUnit = parsed.GetValue(_junit),
            Summary = parsed.GetValue(_summary),
            Force = parsed.GetValue(_force),
            Baseline = parsed.GetValue(_baseline),
            Gates = new EvaluationGates
            {
                MinAccuracy = parsed.GetValue(_minAccuracy),
                MinMacroF1 = parsed.GetValue(_minMacroF1),
                MinRecalls = [.. (parsed.GetValue(_minRecalls) ?? []).Select(gate => RecallGate(gate)!.Value)],
                MaxEce = parsed.GetValue(_maxEce),
                MaxDrop = parsed.GetValue(_maxDrop) ?? 0,
            },
            Device = parsed.GetValue(_device) ?? RequestedDevice.Auto,
            Precision = parsed.GetValue(_precision) ?? RequestedPrecision.Float32,
            Threads = CommonOptions.ThreadsIn(parsed, _threads),
        };
        return new EvaluateSession(options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(cancellation);
    }

    private static (string Label, double Recall)? RecallGate(string text)
    {
        // A label may contain the sign, a number cannot.
        var sign = text.LastIndexOf('=');
        return sign > 0 && double.TryParse(text.AsSpan(sign + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var recall) && recall is >= 0 and <= 1
            ? (text[..sign].Trim(), recall)
            : null;
    }
}
