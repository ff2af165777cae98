using System.Diagnostics;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>
/// The baseline of the training benchmark: a plain TorchSharp training loop with contiguous tensors, float32, and the
/// library's own dropout and optimizer. Run it in a separate process, so that the memory allocator is untuned as well.
/// </summary>
public static class BaselineLoop
{
    /// <summary>Throughput of training and of inference, in images per second.</summary>
    public static (double Training, double Inference) Measure(Architecture architecture, int batchSize, int labels, int size, TimeSpan duration, CancellationToken cancellation = default)
    {
        using var network = BaselineNetworks.Build(architecture, labels);
        using var optimizer = optim.Adam(network.parameters());
        using var faces = rand(batchSize, 1, size, size);
        using var target = randint(labels, batchSize);
        network.train();
        var training = Throughput(batchSize, duration, () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(network.call(faces), target);
            loss.backward();
            optimizer.step();
            loss.item<float>();
        }, cancellation);
        network.eval();
        using var guard = no_grad();
        return (training, Throughput(batchSize, duration, () => network.call(faces).Dispose(), cancellation));
    }

    /// <summary>Images per second over repeated steps, after one warmup step.</summary>
    internal static double Throughput(int batchSize, TimeSpan duration, Action step, CancellationToken cancellation)
    {
        step();
        var started = Stopwatch.GetTimestamp();
        var steps = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(started) < duration);
        return steps * batchSize / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
