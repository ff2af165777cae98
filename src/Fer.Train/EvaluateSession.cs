using Fer.Core.Checkpoints;
using Fer.Core.Cli;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Inference;
using Fer.Core.Native;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary>One evaluation from the images to the gates.</summary>
/// <param name="options">What to evaluate.</param>
/// <param name="output">For the table.</param>
/// <param name="error">For missed gates.</param>
internal sealed class EvaluateSession(EvaluateOptions options, TextWriter output, TextWriter error)
{
    // The same for all networks, whatever the size of their input.
    private ImageAttributes? _groups;

    public int Run(CancellationToken cancellation)
    {
        var results = new EvaluateResults(options);
        results.CheckPlaces();
        NativeRuntime.PrepareForEvaluation(options.Threads);

        // Whatever can be wrong is found before the networks run.
        Checkpoint[] checkpoints = [.. options.Models.Select(CheckpointStore.Load)];
        var data = new EvaluateData(options, checkpoints);
        options.Gates.RequireKnownLabels(data.Labels);
        var baseline = options.Baseline is { } path ? EvaluateBaseline.Load(path, data.Labels, data.Split) : null;
        _groups = options.Groups is { } csv ? ReadGroups(csv, data.Faces(checkpoints[0].Preprocessing.Size, cancellation)) : null;
        var networks = new List<EvaluatedNetwork>();
        foreach (var (model, checkpoint) in options.Models.Zip(checkpoints))
        {
            var faces = data.Faces(checkpoint.Preprocessing.Size, cancellation);
            Detail($"{model}: {checkpoint.Labels}; {faces.Count:N0} images of {data.Root}, split {data.Split}");
            var network = Evaluate(model, checkpoint, faces, data, cancellation);
            // Without a baseline, the first network is what the others are compared with.
            var reference = baseline ?? (networks is [var first, ..] ? new EvaluateBaseline(null, first.Report, first.Outcomes) : null);
            networks.Add(network with { Report = Explain(network, reference, baseline, cancellation) });
        }

        results.Write(networks, output);
        Say(data.Skipped);
        return Conclude([.. networks.Select(network => network.Report)]);
    }

    private EvaluatedNetwork Evaluate(string model, Checkpoint checkpoint, FaceDataset faces, EvaluateData data, CancellationToken cancellation)
    {
        using var engine = InferenceEngines.Open(checkpoint, options.Precision, options.Device, options.Threads);
        var evaluator = new Evaluator(engine);
        var predictions = Predict(evaluator, faces, TestTimeView.SingleCrop, "single crop", cancellation);
        var report = EvaluationReport.Of(predictions, checkpoint.Temperature) with
        {
            Model = BundledModel.NameOf(model),
            Data = data.Root,
            Split = data.Split,
            Unreadable = data.Unreadable,
            WithTta = options.Tta
                ? EvaluationMetrics.Of(Predict(evaluator, faces, TestTimeView.TenCrop(faces.Size), "10-crop TTA", cancellation), checkpoint.Temperature)
                : null,
        };
        return new EvaluatedNetwork(report, predictions, faces, Outcomes.Of(predictions, faces, data.Root, checkpoint.Temperature));
    }

    /// <summary>Adds to a report how certain it is, how it compares and which gates it meets.</summary>
    private EvaluationReport Explain(EvaluatedNetwork network, EvaluateBaseline? reference, EvaluateBaseline? baseline, CancellationToken cancellation)
    {
        var (report, outcomes) = (network.Report, network.Outcomes);
        using var progress = new ProgressLine();
        var (done, steps) = (0, 2 + (_groups?.Attributes.Count ?? 0));
        var estimates = FigureEstimate.Of(outcomes, cancellation);
        Step();
        var comparison = reference is null ? null : BaselineComparison.Of(report, outcomes, reference.Report, reference.Kept, cancellation) with { Report = reference.ReportFile };
        Step();
        var attributes = _groups?.Attributes.Zip(_groups.Values, (attribute, values) =>
        {
            var figures = AttributeReport.Of(outcomes, attribute, values, cancellation);
            Step();
            return figures;
        }).ToArray();
        IReadOnlyList<string> warnings = [.. EvaluationNotes.Warnings(report, estimates), .. OtherImages(report, comparison, reference)];
        var gates = (options.Gates with { Baseline = baseline?.Report }).Check(report with { Comparison = comparison });
        return report with
        {
            Estimates = estimates,
            Comparison = comparison,
            Groups = attributes,
            Warnings = warnings.Count > 0 ? warnings : null,
            Gates = gates.Count > 0 ? gates : null,
        };

        void Step() => progress.ShowTimeLeft(++done / (double)steps, "computing confidence intervals");
    }

    private static ImageAttributes ReadGroups(string csv, FaceDataset faces)
    {
        var groups = ImageAttributes.Read(csv, faces.Paths);
        if (groups.Images < faces.Count)
        {
            Say($"{faces.Count - groups.Images:N0} of {faces.Count:N0} images without a row in {csv} are in no group");
        }

        if (groups.UnusedRows > 0)
        {
            Say($"{groups.UnusedRows:N0} {(groups.UnusedRows == 1 ? "row" : "rows")} of {csv} without an image of this split");
        }

        return groups;
    }

    private static Predictions Predict(Evaluator evaluator, FaceDataset faces, IReadOnlyList<TestTimeView> views, string what, CancellationToken cancellation)
    {
        using var progress = new ProgressLine();
        return evaluator.Predict(faces, views, done => progress.ShowTimeLeft(done, $"evaluating {faces.Count:N0} images, {what}"), cancellation);
    }

    /// <summary>Says what is to be known and which gates are missed.</summary>
    private int Conclude(IReadOnlyList<EvaluationReport> reports)
    {
        var missed = false;
        foreach (var report in reports)
        {
            var (owner, title) = (reports.Count > 1 ? $"{report.Model}: " : "", $"fer-train evaluate {report.Model}");
            foreach (var warning in report.Warnings ?? [])
            {
                Warn(owner + warning);
                Annotate(GitHubAnnotations.Warning(title, warning));
            }

            foreach (var gate in (report.Gates ?? []).Where(gate => !gate.Passed))
            {
                missed = true;
                Say(error, $"FAILED: {owner}{gate.Message}");
                Annotate(GitHubAnnotations.Error(title, gate.Message));
            }
        }

        return missed ? ExitCode.GateMissed : ExitCode.Success;
    }

    private void Annotate(string command)
    {
        if (GitHubAnnotations.AreRead)
        {
            Say(error, command);
        }
    }

    /// <summary>Warns of a baseline on other images, which compares two datasets as much as two networks.</summary>
    private static IEnumerable<string> OtherImages(EvaluationReport report, BaselineComparison? comparison, EvaluateBaseline? reference)
    {
        if (comparison is null || reference?.Kept is not { } kept || comparison.PairedImages == Math.Max(report.Images, kept.Count))
        {
            return [];
        }

        return [comparison.PairedImages == 0
            ? $"none of the {kept.Count:N0} images of {comparison.Baseline} is here: the comparison is between two datasets"
            : $"{comparison.PairedImages:N0} of the {report.Images:N0} images here are among the {kept.Count:N0} of {comparison.Baseline}; only these are compared"];
    }
}
