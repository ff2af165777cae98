using Fer.Core.Data;
using Fer.Core.Inference;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Evaluation;

/// <summary>Runs a network on all images of a dataset.</summary>
/// <param name="engine">The network; the caller disposes of it.</param>
public sealed class Evaluator(IInferenceEngine engine)
{
    // Larger images are batched to the same number of pixels.
    private const int ReferenceSize = 48;

    /// <summary>Runs a network in libtorch.</summary>
    /// <param name="network">The network; it is switched to evaluation mode.</param>
    /// <param name="preprocessor">The preprocessing that it was trained with.</param>
    /// <param name="device">The device of the network.</param>
    public Evaluator(EmotionNetwork network, FacePreprocessor preprocessor, Device device)
        : this(new TorchEngine(network, preprocessor, device))
    {
    }

    /// <summary>Predicts logits. With several views their probabilities are averaged, and the logits are the logarithms of the averages.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="views">One or more crops of each image.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="progress">Receives the part of the work that is done, 0..1, after each batch.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Predictions Predict(FaceDataset dataset, IReadOnlyList<TestTimeView> views, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var (done, total) = (0L, (double)dataset.Count * views.Count);
        void Count(int images) => progress?.Invoke((done += images) / total);
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
        var (area, labels) = (dataset.Size * dataset.Size, dataset.Labels.Count);
        var batch = Math.Clamp(engine.BatchSize * ReferenceSize * ReferenceSize / area, 1, engine.BatchSize);
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

            predicted(count);
        }

        return logits;
    }
}
