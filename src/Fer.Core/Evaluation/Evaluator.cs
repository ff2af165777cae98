using Fer.Core.Data;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Evaluation;

/// <summary>Asks a network about every face of a data set.</summary>
/// <param name="network">The network; it is left in evaluation mode.</param>
/// <param name="preprocessor">The preprocessing that it was trained with.</param>
/// <param name="device">Where the network is.</param>
public sealed class Evaluator(EmotionNetwork network, FacePreprocessor preprocessor, Device device)
{
    // Faces of 48 pixels at once; of larger ones as many as have the same pixels.
    private const int BatchSize = 128, OrdinarySize = 48;

    /// <summary>The logits of every face. Of several views the probabilities are averaged and their logarithm is taken.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Predictions Predict(FaceDataset dataset, IReadOnlyList<TestTimeView> views, CancellationToken cancellation = default)
    {
        using var guard = inference_mode();
        network.eval();
        var labels = dataset.Labels.Count;
        if (views.Count == 1)
        {
            return new Predictions(dataset.Labels, dataset.Targets, Logits(dataset, views[0], cancellation));
        }

        var sums = new double[dataset.Count][];
        Array.ForEach(Enumerable.Range(0, dataset.Count).ToArray(), face => sums[face] = new double[labels]);
        foreach (var view in views)
        {
            var predictions = new Predictions(dataset.Labels, dataset.Targets, Logits(dataset, view, cancellation));
            for (var face = 0; face < dataset.Count; face++)
            {
                var probabilities = predictions.Probabilities(face);
                for (var label = 0; label < labels; label++)
                {
                    sums[face][label] += probabilities[label] / views.Count;
                }
            }
        }

        return new Predictions(dataset.Labels, dataset.Targets, [.. sums.Select(face => Array.ConvertAll(face, p => (float)Math.Log(Math.Max(p, 1e-12))))]);
    }

    private float[][] Logits(FaceDataset dataset, TestTimeView view, CancellationToken cancellation)
    {
        var logits = new List<float[]>(dataset.Count);
        foreach (var batch in BatchLoader.InOrder(dataset, Math.Clamp(BatchSize * OrdinarySize * OrdinarySize / (dataset.Size * dataset.Size), 2, BatchSize), view))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using (batch)
            {
                var output = network.call(preprocessor.Normalize(batch.Pixels.to(device))).cpu();
                logits.AddRange(output.data<float>().ToArray().Chunk((int)output.shape[1]));
            }
        }

        return [.. logits];
    }
}
