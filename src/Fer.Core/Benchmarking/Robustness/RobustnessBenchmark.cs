using Fer.Core.Data;
using Fer.Core.Evaluation;

namespace Fer.Core.Benchmarking.Robustness;

/// <summary>The accuracy of networks under each <see cref="Corruption"/>.</summary>
public static class RobustnessBenchmark
{
    /// <summary>Evaluates a network on every corruption of the same images.</summary>
    /// <param name="evaluator">The network.</param>
    /// <param name="faces">The images, as the network takes them.</param>
    /// <param name="seed">Seed of noise, boxes and rotations.</param>
    /// <param name="progress">Receives the part of the work that is done, 0..1.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The accuracy for each of <see cref="Corruption.All"/>, 0..1.</returns>
    public static double[] Run(Evaluator evaluator, FaceDataset faces, ulong seed, Action<double> progress, CancellationToken cancellation = default)
    {
        var accuracies = new double[Corruption.All.Count];
        foreach (var (index, corruption) in Corruption.All.Index())
        {
            var corrupted = corruption.Of(faces, seed);
            var predictions = evaluator.Predict(corrupted, TestTimeView.SingleCrop, done => progress((index + done) / accuracies.Length), cancellation);
            accuracies[index] = predictions.Accuracy();
        }

        return accuracies;
    }

    /// <summary>A row for each corruption and a column for each network, as text.</summary>
    /// <param name="networks">Their names.</param>
    /// <param name="accuracies">Those of <see cref="Run"/>, for each network.</param>
    public static string Table(IReadOnlyList<string> networks, IReadOnlyList<double[]> accuracies)
    {
        var table = new TextTable(["accuracy", .. networks, "condition"]) { LeftColumns = [0, networks.Count + 1] };
        foreach (var (index, corruption) in Corruption.All.Index())
        {
            table.Add([corruption.Name, .. accuracies.Select(network => FigureText.Percent(network[index])), corruption.Description]);
        }

        return table.ToString();
    }
}
