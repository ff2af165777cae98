using Fer.Core.Checkpoints;
using Fer.Core.Data;
using Fer.Core.Evaluation;
using Fer.Core.Model;
using TorchSharp;
using static Fer.Core.Cli.Messages;

namespace Fer.Train;

/// <summary>The images of <see cref="CalibrationSplit"/>.</summary>
internal sealed class CalibrationData
{
    private readonly ImageFolder _folder;
    private readonly string _split;
    private readonly Preprocessing _preprocessing;
    private readonly CancellationToken _cancellation;
    private readonly FaceDataset _faces;

    /// <param name="folder">The images, with the labels of the networks.</param>
    /// <param name="split">One of the folder's splits.</param>
    /// <param name="preprocessing">Of the networks.</param>
    /// <param name="cancellation">Ends the work.</param>
    public CalibrationData(ImageFolder folder, string split, Preprocessing preprocessing, CancellationToken cancellation)
    {
        (_folder, _split, _preprocessing, _cancellation) = (folder, split, preprocessing, cancellation);
        _faces = Load(folder.Split(split));
    }

    /// <summary>Reads evenly spread training images.</summary>
    /// <param name="most">The most images.</param>
    public FaceDataset SampleTrain(int most)
    {
        var files = _folder.Split("train");
        var count = Math.Min(most, files.Count);
        return Load([.. Enumerable.Range(0, count).Select(index => files[(int)((long)index * files.Count / count)])]);
    }

    /// <summary>Evaluates a network, single crop.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="name">Its file, for the message.</param>
    public Predictions Predict(Checkpoint checkpoint, string name)
    {
        using var network = checkpoint.BuildNetwork(Precision.Float32);
        var predictions = new Evaluator(network, new FacePreprocessor(checkpoint.Preprocessing), torch.CPU).Predict(_faces, TestTimeView.SingleCrop, cancellation: _cancellation);
        predictions.RequireFinite(name);
        return predictions;
    }

    /// <summary>Evaluates a network and writes it, with the temperature that fits these images and with its accuracy.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="output">The checkpoint to write.</param>
    /// <returns>The predictions and the temperature.</returns>
    public (Predictions Predictions, double Temperature) Save(Checkpoint checkpoint, string output)
    {
        var predictions = Predict(checkpoint, output);
        var temperature = Calibration.FitTemperature(predictions);
        CheckpointStore.Save(output, checkpoint with
        {
            Temperature = temperature,
            Metrics = new Dictionary<string, double> { [$"{_split}_accuracy"] = predictions.Accuracy() },
        });
        return (predictions, temperature);
    }

    private FaceDataset Load(IReadOnlyList<LabeledImage> files)
    {
        var faces = FaceDataset.Load(_folder.Labels, files, _preprocessing.Size, out var unreadable, _cancellation);
        Warn(unreadable);
        return faces;
    }
}
