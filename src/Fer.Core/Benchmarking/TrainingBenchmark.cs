using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>Training and inference throughput in one precision.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="TrainingRate">Images per second in training.</param>
/// <param name="InferenceRate">Images per second in batched inference.</param>
/// <param name="TrainingFlops">FLOP/s over whole training steps.</param>
/// <param name="InputShare">Share of a step spent on gathering, augmenting and normalizing the batch, 0..1.</param>
/// <param name="ForwardShare">Share of the forward pass, 0..1.</param>
/// <param name="BackwardShare">Share of the backward pass, 0..1.</param>
/// <param name="UpdateShare">Share of the optimizer and the exponential moving average, 0..1.</param>
/// <param name="Layers">The convolutions in the order of the forward pass.</param>
public sealed record TrainingSpeed(
    Precision Precision,
    double TrainingRate,
    double InferenceRate,
    double TrainingFlops,
    double InputShare,
    double ForwardShare,
    double BackwardShare,
    double UpdateShare,
    IReadOnlyList<LayerAlgorithm> Layers);

/// <summary>The result of <c>fer-train benchmark</c>.</summary>
/// <param name="Processor">Name and features of the processor.</param>
/// <param name="Architecture">Name of the architecture.</param>
/// <param name="BatchSize">Images per step.</param>
/// <param name="Threads">Threads of libtorch.</param>
/// <param name="MultiplyAdds">Multiply-adds (MACs) per image.</param>
/// <param name="Peaks">Peak throughput of the processor, for each precision.</param>
/// <param name="BaselineTrainingRate">Images per second of the baseline in training.</param>
/// <param name="BaselineInferenceRate">Images per second of the baseline in inference.</param>
/// <param name="Speeds">Throughput of this program, for each precision.</param>
/// <param name="PeakMemory">Peak memory of this process, in bytes.</param>
public sealed record BenchmarkReport(
    string Processor,
    string Architecture,
    int BatchSize,
    int Threads,
    double MultiplyAdds,
    [property: JsonPropertyName("ceilings")] IReadOnlyList<PeakThroughput> Peaks,
    [property: JsonPropertyName("ordinaryTrainingRate")] double BaselineTrainingRate,
    [property: JsonPropertyName("ordinaryInferenceRate")] double BaselineInferenceRate,
    IReadOnlyList<TrainingSpeed> Speeds,
    long PeakMemory)
{
    /// <summary>The report as JSON with keys in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BenchmarkJson.Default.BenchmarkReport);
}

/// <summary>Measures training on images of noise: the time of a step does not depend on the pixels.</summary>
public static class TrainingBenchmark
{
    private const int Size = 48;

    /// <summary>Measures one precision.</summary>
    public static TrainingSpeed Measure(Architecture network, int batchSize, Precision precision, FlopCount flops, TimeSpan duration, CancellationToken cancellation = default)
    {
        var options = Options(network, batchSize);
        var faces = Noise(4 * batchSize);
        var hardware = new Hardware(CPU, precision);
        var weights = StepState.Random(network, faces.Labels.Count, Size, options.Seed);
        using var trainStep = new TrainStep(
            options, hardware, network, weights, faces.MeasurePreprocessing(), faces, stepsPerEpoch: 4, new TrainingTargets(options, faces, hardware));
        var batches = new BatchLoader(faces, batchSize, options.Seed, Augmentation.Named[options.Augment]);
        trainStep.Network.train();
        IReadOnlyList<LayerAlgorithm> layers;
        using (var watch = new LayerWatch(trainStep.Network))
        {
            Epoch(1);
            layers = watch.Layers;
        }

        var (before, started, steps) = (trainStep.Times, Stopwatch.GetTimestamp(), 0);
        for (var epoch = 2; Stopwatch.GetElapsedTime(started) < duration; epoch++)
        {
            steps += Epoch(epoch);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var rate = steps * batchSize / seconds;
        var (forward, backward, update) = (
            (trainStep.Times.Forward - before.Forward) / seconds,
            (trainStep.Times.Backward - before.Backward) / seconds,
            (trainStep.Times.Update - before.Update) / seconds);
        var input = 1 - forward - backward - update;
        var inferenceRate = MeasureInference(trainStep.Network, batchSize, duration, cancellation);
        return new TrainingSpeed(precision, rate, inferenceRate, rate * flops.Training, input, forward, backward, update, layers);

        int Epoch(int epoch)
        {
            var step = 0;
            foreach (var batch in batches.Epoch(epoch))
            {
                using (batch)
                {
                    cancellation.ThrowIfCancellationRequested();
                    trainStep.Step(batch, epoch, step++);
                }
            }

            return step;
        }
    }

    private static double MeasureInference(EmotionNetwork network, int batchSize, TimeSpan duration, CancellationToken cancellation)
    {
        using var guard = inference_mode();
        network.eval();
        using var input = rand(batchSize, 1, Size, Size);
        return BaselineLoop.Throughput(batchSize, duration, () => network.call(input).Dispose(), cancellation);
    }

    private static TrainingOptions Options(Architecture network, int batchSize)
    {
        var best = new TrainingOptions { Data = "", Output = "" };
        var recipe = network is ClassicArchitecture ? best.Classic() : best;
        return recipe with { Architecture = network.Name, BatchSize = batchSize, Epochs = 1000 };
    }

    private static FaceDataset Noise(int count)
    {
        var pixels = new byte[count * Size * Size];
        new Random(1).NextBytes(pixels);
        int[] targets = [.. Enumerable.Range(0, count).Select(i => i % LabelSet.Fer2013.Count)];
        return new FaceDataset(LabelSet.Fer2013, Size, pixels, targets, new string[count]);
    }
}

/// <summary>Serializes reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
