using System.Diagnostics;
using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>The peak throughput measured on this processor, in FLOP/s.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="MatrixProduct">A product of two 2048x2048 matrices.</param>
/// <param name="Convolution">The fastest of several 3x3 convolutions, forward pass, channels last.</param>
public sealed record PeakThroughput(Precision Precision, double MatrixProduct, double Convolution)
{
    private const int MatrixSize = 2048;

    // Shapes that occur in the networks here.
    private static readonly ConvolutionShape[] Shapes =
    [
        new(Batch: 128, Inputs: 64, Outputs: 64, Width: 24),
        new(Batch: 64, Inputs: 128, Outputs: 256, Width: 21),
        new(Batch: 128, Inputs: 192, Outputs: 192, Width: 12),
        new(Batch: 128, Inputs: 32, Outputs: 32, Width: 48),
    ];

    /// <summary>Measures each of five operations for this duration.</summary>
    public static PeakThroughput Measure(Precision precision, TimeSpan duration, CancellationToken cancellation = default)
    {
        using var guard = inference_mode();
        using var a = randn(MatrixSize, MatrixSize).to(precision.ScalarType());
        using var b = randn(MatrixSize, MatrixSize).to(precision.ScalarType());
        var product = Best(2.0 * MatrixSize * MatrixSize * MatrixSize, duration, () => a.mm(b), cancellation);
        return new PeakThroughput(precision, product, Shapes.Max(shape => Convolve(shape, precision, duration, cancellation)));
    }

    /// <summary>The higher values of two measurements.</summary>
    public PeakThroughput OrBetter(PeakThroughput other) => this with
    {
        MatrixProduct = Math.Max(MatrixProduct, other.MatrixProduct),
        Convolution = Math.Max(Convolution, other.Convolution),
    };

    private static double Convolve(ConvolutionShape shape, Precision precision, TimeSpan duration, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var input = randn(shape.Batch, shape.Inputs, shape.Width, shape.Width).to(precision.ScalarType()).InChannelsLast();
        var weight = randn(shape.Outputs, shape.Inputs, 3, 3).to(precision.ScalarType());
        var operations = 2.0 * shape.Batch * shape.Inputs * shape.Outputs * 9 * shape.Width * shape.Width;
        return Best(operations, duration, () => nn.functional.conv2d(input, weight, padding: [1, 1]), cancellation);
    }

    private static double Best(double operations, TimeSpan duration, Func<Tensor> compute, CancellationToken cancellation)
    {
        var best = double.MaxValue;
        compute().Dispose();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration;)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = Stopwatch.GetTimestamp();
            compute().Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        return operations / best;
    }

    private readonly record struct ConvolutionShape(int Batch, int Inputs, int Outputs, int Width);
}
