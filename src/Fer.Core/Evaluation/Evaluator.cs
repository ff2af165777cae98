using Fer.Core.Data;
using Fer.Core.Inference;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Evaluation;

/// <summary>Predicts every face of a data set.</summary>
/// <param name="engine">The network; it stays the caller's.</param>
public sealed class Evaluator(IInferenceEngine engine)
{
    // Of larger faces a batch takes as many as have the same pixels.
    private const int OrdinarySize = 48;

    /// <summary>Evaluates a network in libtorch.</summary>
    /// <param name="network">The network; it is left in evaluation mode.</param>
    /// <param name="preprocessor">The preprocessing that it was trained with.</param>
    /// <param name="device">Where the network is.</param>
    public Evaluator(EmotionNetwork network, FacePreprocessor preprocessor, Device device)
        : this(new TorchEngine(network, preprocessor, device))
    {
    }

    /// <summary>The logits of every face. Of several views the probabilities are averaged and their logarithm is taken.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Predictions Predict(FaceDataset dataset, IReadOnlyList<TestTimeView> views, CancellationToken cancellation = default)
    {
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
        var (area, labels) = (dataset.Size * dataset.Size, dataset.Labels.Count);
        var batch = Math.Clamp(engine.BatchSize * OrdinarySize * OrdinarySize / area, 1, engine.BatchSize);
        var pixels = new float[batch * area];
        var logits = new float[dataset.Count][];
        for (var first = 0; first < dataset.Count; first += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, count) = (first, Math.Min(batch, dataset.Count - first));
            Workers.For(count, i => view.Apply(dataset.Face(start + i), dataset.Size, pixels.AsSpan(i * area, area)), cancellation);
            var rows = engine.Logits(pixels, count);
            for (var i = 0; i < count; i++)
            {
                logits[first + i] = rows.Slice(i * labels, labels).ToArray();
            }
        }

        return logits;
    }
}
