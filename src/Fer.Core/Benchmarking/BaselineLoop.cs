using System.Diagnostics;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>
/// Training as anybody would write it with TorchSharp: planes, float32, stock dropout and optimizer. To be run in a
/// process of its own whose memory allocator is the stock one too.
/// </summary>
public static class BaselineLoop
{
    /// <summary>Images a second in training and in inference.</summary>
    public static (double Training, double Inference) Measure(Architecture architecture, int batchSize, int labels, int size, TimeSpan duration)
    {
        using var network = BaselineNetworks.Build(architecture, labels);
        using var optimizer = optim.Adam(network.parameters());
        using var faces = rand(batchSize, 1, size, size);
        using var target = randint(labels, batchSize);
        network.train();
        var training = Rate(batchSize, duration, () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(network.call(faces), target);
            loss.backward();
            optimizer.step();
            loss.item<float>();
        });
        network.eval();
        using var guard = no_grad();
        return (training, Rate(batchSize, duration, () => network.call(faces).Dispose()));
    }

    /// <summary>Images a second of repeated steps, the first not counted.</summary>
    internal static double Rate(int batchSize, TimeSpan duration, Action step)
    {
        step();
        var started = Stopwatch.GetTimestamp();
        var steps = 0;
        do
        {
            step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(started) < duration);
        return steps * batchSize / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
