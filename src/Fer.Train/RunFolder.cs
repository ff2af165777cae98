using Fer.Core;
using Fer.Core.Evaluation;
using Fer.Core.Reporting;
using Fer.Core.Training;
using TorchSharp;

namespace Fer.Train;

/// <summary>The files of a run folder beside the checkpoints: options, history, charts, report.</summary>
/// <param name="trainer">The training, which holds the folder.</param>
/// <param name="data">Its images.</param>
internal sealed class RunFolder(Trainer trainer, TrainingData data)
{
    // Enough to see the variety, few enough to see each face.
    private const int SamplesPerLabel = 8, PredictionRows = 5, PredictionColumns = 8;

    /// <summary>The names of everything that a training run writes.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        "fer.pt", "last.pt", "options.json", "history.csv", "report.json", "samples.png", "loss.png", "accuracy.png", "confusion.png", "calibration.png", "predictions.png",
    ];

    private readonly TrainingOptions _options = trainer.Options;

    /// <summary>Writes what is known before the first epoch.</summary>
    /// <param name="cancellation">Ends the evaluation of the best network of a resumed run.</param>
    public void Begin(CancellationToken cancellation)
    {
        trainer.RequireRunFolder();
        Write("options.json", _options.ToJson());
        var rows = SampleChoice.ByLabel(data.Train.Targets, SamplesPerLabel, _options.Seed).Take(EvaluationCharts.MaxLabels).Select(Samples);
        SampleGrid.Write(At("samples.png"), "Training samples (augmented)", [.. rows]);
        if (trainer.History.Count > 0)
        {
            // A resumed run may have ended between its checkpoint and these.
            WriteHistory(trainer.History);
            if (File.Exists(RunPaths.Best(_options.Output)))
            {
                var (predictions, checkpoint) = trainer.EvaluateBest(data.Validation, cancellation);
                DrawBest(predictions, checkpoint.Temperature);
            }
        }
    }

    /// <summary>Writes the history and the charts after an epoch.</summary>
    public void Update(EpochResult end)
    {
        trainer.RequireRunFolder();
        WriteHistory(end.History);
        if (_options.TensorBoard)
        {
            WriteTensorBoard(end.History[^1]);
        }

        if (end.Temperature is { } temperature)
        {
            DrawBest(end.Predictions, temperature);
        }
    }

    /// <summary>Evaluates the best network at the end of the training: on the test images, or on the validation images without any.</summary>
    public EvaluationReport Finish(CancellationToken cancellation)
    {
        var (faces, split) = data.Test is { } test ? (test, "test") : (data.Validation, data.ValidationFolder ?? "the held-out part of train");
        var (predictions, checkpoint) = trainer.EvaluateBest(faces, cancellation);
        var report = EvaluationReport.Of(predictions, checkpoint.Temperature) with
        {
            Model = RunPaths.Best(_options.Output),
            Data = _options.Data,
            Split = split,
            Unreadable = data.UnreadableInReport,
        };
        trainer.RequireRunFolder();
        Write("report.json", report.ToJson());
        return report;
    }

    /// <summary>The charts of the best network so far, by its predictions of the validation images.</summary>
    private void DrawBest(Predictions predictions, double temperature)
    {
        if (data.Train.Labels.Count <= EvaluationCharts.MaxLabels)
        {
            TrainingCharts.Confusion(At("confusion.png"), new ConfusionMatrix(predictions), "Confusion matrix (validation)");
        }

        TrainingCharts.Reliability(At("calibration.png"), predictions, temperature);
        WritePredictions(predictions, temperature);
    }

    private void WriteHistory(IReadOnlyList<EpochMetrics> history)
    {
        var best = TrainingHistory.Best(history, _options.Criterion)!.Epoch;
        Write("history.csv", TrainingHistory.ToCsv(history));
        TrainingCharts.Loss(At("loss.png"), history, best);
        TrainingCharts.Accuracy(At("accuracy.png"), history, best);
    }

    /// <summary>Writes an event file for each epoch: TensorBoard reads them all, and a resumed training needs no open file.</summary>
    private void WriteTensorBoard(EpochMetrics epoch)
    {
        var writer = torch.utils.tensorboard.SummaryWriter(At("tensorboard"), createRunName: false);
        writer.add_scalar("loss/train", (float)epoch.TrainLoss, epoch.Epoch);
        writer.add_scalar("loss/validation", (float)epoch.ValidationLoss, epoch.Epoch);
        writer.add_scalar("accuracy/train", (float)epoch.TrainAccuracy, epoch.Epoch);
        writer.add_scalar("accuracy/validation", (float)epoch.ValidationAccuracy, epoch.Epoch);
        writer.add_scalar("learning rate", (float)epoch.LearningRate, epoch.Epoch);
    }

    private void WritePredictions(Predictions predictions, double temperature)
    {
        var labels = predictions.Labels;
        var faces = SampleChoice.Shuffled(predictions.Count, PredictionRows * PredictionColumns, _options.Seed).Select(face => new SampleFace(
            data.Validation.Face(face),
            labels[predictions.Targets[face]],
            labels[predictions.Predicted(face)],
            predictions.Probabilities(face, temperature).Max()));
        SampleGrid.Write(At("predictions.png"), "Validation predictions", [.. faces.Chunk(PredictionColumns)]);
    }

    /// <summary>Training images of one label, augmented as in the first epoch.</summary>
    private SampleFace[] Samples(IReadOnlyList<int> faces) =>
        [.. trainer.AugmentedImages([.. faces]).Zip(faces, (pixels, face) => new SampleFace(pixels, data.Train.Labels[data.Train.Targets[face]]))];

    private string At(string file) => Path.Combine(_options.Output, file);

    private void Write(string file, string text) => AtomicFile.Replace(At(file), unfinished => File.WriteAllText(unfinished, text));
}
