using System.Diagnostics;
using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Benchmarking;

/// <summary>The most that this processor was seen to compute, in floating point operations a second.</summary>
/// <param name="Precision">The number format.</param>
/// <param name="MatrixProduct">Product of two 2048x2048 matrices.</param>
/// <param name="Convolution">The best of several 3x3 convolutions, forward, channels last.</param>
public sealed record PeakThroughput(Precision Precision, double MatrixProduct, double Convolution)
{
    private const int MatrixSize = 2048;
    // Batch, channels in, channels out, width: shapes of the networks here.
    private static readonly (int Batch, int Inputs, int Outputs, int Width)[] Shapes = [(128, 64, 64, 24), (64, 128, 256, 21), (128, 192, 192, 12), (128, 32, 32, 48)];

    /// <summary>Measures each of five operations for so long.</summary>
    public static PeakThroughput Measure(Precision precision, TimeSpan duration)
    {
        using var guard = inference_mode();
        using var a = randn(MatrixSize, MatrixSize).to(precision.ScalarType());
        using var b = randn(MatrixSize, MatrixSize).to(precision.ScalarType());
        var product = Best(2.0 * MatrixSize * MatrixSize * MatrixSize, duration, () => a.mm(b));
        return new PeakThroughput(precision, product, Shapes.Max(shape => Convolve(shape, precision, duration)));
    }

    /// <summary>The better figures of two measurements.</summary>
    public PeakThroughput OrBetter(PeakThroughput other) => this with
    {
        MatrixProduct = Math.Max(MatrixProduct, other.MatrixProduct),
        Convolution = Math.Max(Convolution, other.Convolution),
    };

    private static double Convolve((int Batch, int Inputs, int Outputs, int Width) shape, Precision precision, TimeSpan duration)
    {
        using var scope = NewDisposeScope();
        var input = randn(shape.Batch, shape.Inputs, shape.Width, shape.Width).to(precision.ScalarType()).InChannelsLast();
        var weight = randn(shape.Outputs, shape.Inputs, 3, 3).to(precision.ScalarType());
        var operations = 2.0 * shape.Batch * shape.Inputs * shape.Outputs * 9 * shape.Width * shape.Width;
        return Best(operations, duration, () => nn.functional.conv2d(input, weight, padding: [1, 1]));
    }

    private static double Best(double operations, TimeSpan duration, Func<Tensor> compute)
    {
        var best = double.MaxValue;
        compute().Dispose();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration;)
        {
            var before = Stopwatch.GetTimestamp();
            compute().Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        return operations / best;
    }
}
