using Fer.Core;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Reporting;
using Fer.Core.Training;
using TorchSharp;

namespace Fer.Train;

/// <summary>What a training leaves for people beside its checkpoints: options, history, charts, report.</summary>
internal sealed class RunFolder(TrainingOptions options, TrainingData data)
{
    // More labels than this make images that nobody can read and that soon are too large to be drawn.
    private const int MostLabelsDrawn = 200;

    // Enough to see the variety, few enough to see each face.
    private const int SamplesPerLabel = 8, PredictionRows = 5, PredictionColumns = 8;

    /// <summary>What is known before the first epoch.</summary>
    public void Begin(Trainer trainer)
    {
        Directory.CreateDirectory(options.Output);
        Write("options.json", options.ToJson());
        var rows = SampleChoice.ByLabel(data.Train.Targets, SamplesPerLabel, options.Seed).Take(MostLabelsDrawn).Select(faces =>
            trainer.Inputs([.. faces]).Zip(faces, (pixels, face) => new SampleFace(pixels, data.Train.Labels[data.Train.Targets[face]])).ToArray());
        SampleGrid.Write(At("samples.png"), "What the network learns from", [.. rows], trainer.Preprocessing);
    }

    /// <summary>An epoch has ended.</summary>
    public void Update(EpochResult end, Preprocessing preprocessing)
    {
        var best = TrainingHistory.Best(end.History)!.Epoch;
        Write("history.csv", TrainingHistory.ToCsv(end.History));
        if (options.TensorBoard)
        {
            WriteTensorBoard(end.History[^1]);
        }

        TrainingCharts.Loss(At("loss.png"), end.History, best);
        TrainingCharts.Accuracy(At("accuracy.png"), end.History, best);
        if (end.Temperature is { } temperature)
        {
            if (data.Train.Labels.Count <= MostLabelsDrawn)
            {
                TrainingCharts.Confusion(At("confusion.png"), new ConfusionMatrix(end.Predictions), "Confusion matrix, validation");
            }

            TrainingCharts.Reliability(At("calibration.png"), end.Predictions, temperature);
            WritePredictions(end.Predictions, temperature, preprocessing);
        }
    }

    /// <summary>The training has ended: measures the test images once, or the validation images where there are none.</summary>
    public EvaluationReport Finish(Trainer trainer, CancellationToken cancellation)
    {
        var (faces, split) = data.Test is { } test ? (test, "test") : (data.Validation, data.ValidationFolder ?? "a part of train");
        var (predictions, checkpoint) = trainer.EvaluateBest(faces, cancellation);
        var report = EvaluationReport.Of(predictions, checkpoint.Temperature) with { Model = RunPaths.Best(options.Output), Data = options.Data, Split = split };
        Write("report.json", report.ToJson());
        return report;
    }

    /// <summary>An event file a call: TensorBoard reads them all, and a resumed training needs no open file.</summary>
    private void WriteTensorBoard(EpochMetrics epoch)
    {
        var writer = torch.utils.tensorboard.SummaryWriter(At("tensorboard"), createRunName: false);
        writer.add_scalar("loss/train", (float)epoch.TrainLoss, epoch.Epoch);
        writer.add_scalar("loss/validation", (float)epoch.ValidationLoss, epoch.Epoch);
        writer.add_scalar("accuracy/train", (float)epoch.TrainAccuracy, epoch.Epoch);
        writer.add_scalar("accuracy/validation", (float)epoch.ValidationAccuracy, epoch.Epoch);
        writer.add_scalar("learning rate", (float)epoch.LearningRate, epoch.Epoch);
    }

    private void WritePredictions(Predictions predictions, double temperature, Preprocessing preprocessing)
    {
        var labels = predictions.Labels;
        var faces = SampleChoice.Shuffled(predictions.Count, PredictionRows * PredictionColumns, options.Seed).Select(face => new SampleFace(
            Array.ConvertAll(data.Validation.Face(face).ToArray(), pixel => (float)((pixel / 255.0 - preprocessing.Mean) / preprocessing.StandardDeviation)),
            labels[predictions.Targets[face]],
            labels[predictions.Predicted(face)],
            predictions.Probabilities(face, temperature).Max()));
        SampleGrid.Write(At("predictions.png"), "What the network reads in validation images", [.. faces.Chunk(PredictionColumns)], preprocessing);
    }

    private string At(string file) => Path.Combine(options.Output, file);

    private void Write(string file, string text) => OutputFile.Replace(At(file), unfinished => File.WriteAllText(unfinished, text));
}
