using Fer.Core.Data;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Evaluation;

/// <summary>Runs a network on all images of a data set.</summary>
/// <param name="network">The network; it is switched to evaluation mode.</param>
/// <param name="preprocessor">The preprocessing that it was trained with.</param>
/// <param name="device">The device of the network.</param>
public sealed class Evaluator(EmotionNetwork network, FacePreprocessor preprocessor, Device device)
{
    // Images per batch at 48x48 pixels; larger images are batched to the same number of pixels.
    private const int BatchSize = 128, ReferenceSize = 48;

    /// <summary>Predicts logits. With several views their probabilities are averaged, and the logits are the logarithms of the averages.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="views">One or more crops of each image.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="progress">Receives the part of the work that is done, 0..1, after each batch.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Predictions Predict(FaceDataset dataset, IReadOnlyList<TestTimeView> views, CancellationToken cancellation = default, Action<double>? progress = null)
    {
        var (done, total) = (0L, (double)dataset.Count * views.Count);
        void Count(int images) => progress?.Invoke((done += images) / total);
        using var guard = inference_mode();
        network.eval();
        var labels = dataset.Labels.Count;
        if (views.Count == 1)
        {
            return new Predictions(dataset.Labels, dataset.Targets, Logits(dataset, views[0], Count, cancellation));
        }

        var sums = new double[dataset.Count][];
        for (var image = 0; image < dataset.Count; image++)
        {
            sums[image] = new double[labels];
        }

        foreach (var view in views)
        {
            var predictions = new Predictions(dataset.Labels, dataset.Targets, Logits(dataset, view, Count, cancellation));
            for (var image = 0; image < dataset.Count; image++)
            {
                var probabilities = predictions.Probabilities(image);
                for (var label = 0; label < labels; label++)
                {
                    sums[image][label] += probabilities[label] / views.Count;
                }
            }
        }

        return new Predictions(dataset.Labels, dataset.Targets, [.. sums.Select(image => Array.ConvertAll(image, p => (float)Math.Log(Math.Max(p, 1e-12))))]);
    }

    private float[][] Logits(FaceDataset dataset, TestTimeView view, Action<int> predicted, CancellationToken cancellation)
    {
        var logits = new List<float[]>(dataset.Count);
        var batchSize = Math.Clamp(BatchSize * ReferenceSize * ReferenceSize / (dataset.Size * dataset.Size), 2, BatchSize);
        foreach (var batch in BatchLoader.InOrder(dataset, batchSize, view))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using (batch)
            {
                var output = network.call(preprocessor.Normalize(batch.Pixels.to(device))).cpu();
                logits.AddRange(output.data<float>().ToArray().Chunk((int)output.shape[1]));
                predicted((int)output.shape[0]);
            }
        }

        return [.. logits];
    }
}
