using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fer.Core.Data;
using Fer.Core.Model;
using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>Training and inference throughput of a network in one precision.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="TrainingRate">Images a second.</param>
/// <param name="InferenceRate">Images a second in batches.</param>
/// <param name="TrainingFlops">Floating point operations a second, sustained over whole steps.</param>
/// <param name="InputShare">Part of a step in which its faces are gathered, changed and normalized, 0..1.</param>
/// <param name="ForwardShare">Part of a step, 0..1.</param>
/// <param name="BackwardShare">Part of a step, 0..1.</param>
/// <param name="UpdateShare">Optimizer and averaged weights, 0..1.</param>
public sealed record TrainingSpeed(
    Precision Precision,
    double TrainingRate,
    double InferenceRate,
    double TrainingFlops,
    double InputShare,
    double ForwardShare,
    double BackwardShare,
    double UpdateShare);

/// <summary>What <c>fer-train benchmark</c> finds.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="BatchSize">Images per step.</param>
/// <param name="Threads">Of libtorch.</param>
/// <param name="MultiplyAdds">Of one face.</param>
/// <param name="Ceilings">The most that the processor was seen to compute.</param>
/// <param name="BaselineTrainingRate">Training throughput of the baseline, images/s.</param>
/// <param name="BaselineInferenceRate">Inference throughput of the baseline, images/s.</param>
/// <param name="Speeds">Throughput of this program, for each precision.</param>
/// <param name="PeakMemory">Of this process, in bytes.</param>
public sealed record BenchmarkReport(
    string Architecture,
    int BatchSize,
    int Threads,
    double MultiplyAdds,
    IReadOnlyList<PeakThroughput> Ceilings,
    [property: JsonPropertyName("ordinaryTrainingRate")] double BaselineTrainingRate,
    [property: JsonPropertyName("ordinaryInferenceRate")] double BaselineInferenceRate,
    IReadOnlyList<TrainingSpeed> Speeds,
    long PeakMemory)
{
    /// <summary>As JSON, keys in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BenchmarkJson.Default.BenchmarkReport);
}

/// <summary>Measures training on faces of noise: what a step does depends on no pixel.</summary>
public static class TrainingBenchmark
{
    private const int Size = 48;

    /// <summary>Measures one precision.</summary>
    public static TrainingSpeed Measure(string architecture, int batchSize, Precision precision, FlopCount work, TimeSpan duration)
    {
        var options = Options(architecture, batchSize) with
        {
            Precision = precision == Precision.BFloat16 ? RequestedPrecision.BFloat16 : RequestedPrecision.Float32,
        };
        var faces = Noise(4 * batchSize);
        using var trainStep = new TrainStep(options, Architecture.Named(architecture), faces, faces.MeasurePreprocessing(), stepsPerEpoch: 4);
        var batches = new BatchLoader(faces, batchSize, options.Seed, Augmentation.Named[options.Augment]);
        trainStep.Network.train();
        Epoch(1);
        var (before, started, steps) = (trainStep.Times, Stopwatch.GetTimestamp(), 0);
        for (var epoch = 2; Stopwatch.GetElapsedTime(started) < duration; epoch++)
        {
            steps += Epoch(epoch);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var rate = steps * batchSize / seconds;
        var (forward, backward, update) = (
            (trainStep.Times.Forward - before.Forward) / seconds, (trainStep.Times.Backward - before.Backward) / seconds, (trainStep.Times.Update - before.Update) / seconds);
        return new TrainingSpeed(precision, rate, Infer(trainStep.Network, batchSize, duration), rate * work.Training, 1 - forward - backward - update, forward, backward, update);

        int Epoch(int epoch)
        {
            var step = 0;
            foreach (var batch in batches.Epoch(epoch))
            {
                using (batch)
                {
                    trainStep.Step(batch, epoch, step++);
                }
            }

            return step;
        }
    }

    private static double Infer(EmotionNetwork network, int batchSize, TimeSpan duration)
    {
        using var guard = inference_mode();
        network.eval();
        using var input = rand(batchSize, 1, Size, Size);
        return BaselineLoop.Rate(batchSize, duration, () => network.call(input).Dispose());
    }

    private static TrainingOptions Options(string architecture, int batchSize)
    {
        var best = new TrainingOptions { Data = "", Output = "" };
        var recipe = Architecture.Named(architecture) is ClassicArchitecture ? best.Classic() : best;
        return recipe with { Architecture = architecture, BatchSize = batchSize, Epochs = 1000, Device = RequestedDevice.Cpu };
    }

    private static FaceDataset Noise(int count)
    {
        var pixels = new byte[count * Size * Size];
        new Random(1).NextBytes(pixels);
        return new FaceDataset(LabelSet.Fer2013, Size, pixels, [.. Enumerable.Range(0, count).Select(i => i % LabelSet.Fer2013.Count)], new string[count]);
    }
}

/// <summary>Writes reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
