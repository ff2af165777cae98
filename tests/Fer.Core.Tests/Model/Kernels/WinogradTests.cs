using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model.Kernels;

/// <summary>Beside the direct convolution in float64.</summary>
// The number of threads is the whole process's.
[Collection(nameof(Alone))]
public sealed class WinogradTests
{
    // Largest error beside the largest value. The direct convolution in float32 has up to 3e-6, F(2, 3) less, F(3, 3)
    // twice and F(4, 3) up to eight times as much.
    private const double Tolerance = 2.4e-5;

    [Theory]
    [InlineData(2, 8, 16, 6, 6, 1)]
    [InlineData(3, 16, 24, 7, 9, 1)]
    [InlineData(1, 40, 8, 5, 3, 0)]
    [InlineData(5, 24, 40, 3, 3, 1)]
    [InlineData(2, 48, 96, 24, 24, 1)]
    [InlineData(2, 128, 16, 23, 23, 0)]
    [InlineData(3, 520, 24, 4, 4, 0)]
    [InlineData(1, 8, 8, 1, 1, 1)]
    [InlineData(70, 16, 16, 12, 12, 1)]
    public void Every_tile_gives_the_convolution_and_its_gradients(int batch, int inputs, int outputs, int height, int width, long padding)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var values = randn(batch, inputs, height, width).InChannelsLast();
        var weight = randn(outputs, inputs, 3, 3);
        var bias = randn(outputs);
        var gradient = randn(batch, outputs, height + 2 * padding - 2, width + 2 * padding - 2);
        var (x, w) = (values.to(ScalarType.Float64).requires_grad_(), weight.to(ScalarType.Float64).requires_grad_());
        var expected = nn.functional.conv2d(x, w, bias.to(ScalarType.Float64), padding: [padding, padding]);
        expected.backward([gradient.to(ScalarType.Float64)]);

        Check<WinogradTile2>();
        Check<WinogradTile3>();
        Check<WinogradTile4>();

        void Check<TTile>()
            where TTile : struct, IWinogradTile
        {
            using var guard = no_grad();
            var output = Winograd<TTile>.Forward(values, weight, bias, padding);
            var (gradInput, gradWeight) = Winograd<TTile>.Backward(values, weight, gradient, padding);
            Assert.InRange(Difference(expected, output), 0, Tolerance);
            Assert.InRange(Difference(x.grad!, gradInput), 0, Tolerance);
            Assert.InRange(Difference(w.grad!, gradWeight), 0, Tolerance);
            Assert.Equal(1, output.stride()[1]);
        }
    }

    [Theory]
    [InlineData(48, 96, 24, 1, 4)]
    [InlineData(192, 384, 6, 1, 3)]
    [InlineData(384, 384, 3, 1, 3)]
    [InlineData(128, 256, 23, 0, 3)]
    [InlineData(256, 512, 10, 0, 4)]
    [InlineData(512, 512, 4, 0, 2)]
    public void The_tile_is_the_one_with_the_fewest_multiplications(int inputs, int outputs, int width, long padding, int tile)
    {
        using var values = zeros(1, inputs, width, width);
        using var weight = zeros(outputs, inputs, 3, 3);
        Assert.Equal(tile, WinogradConvolution.TileFor(values, weight, padding));
    }

    [Theory]
    [InlineData(20, 16, 3)]
    [InlineData(16, 20, 3)]
    [InlineData(16, 16, 1)]
    public void Other_kernels_and_channels_go_the_other_ways(int inputs, int outputs, int kernel)
    {
        using var values = randn(64, inputs, 12, 12).InChannelsLast();
        using var layer = new Convolution(inputs, outputs, kernel, padded: true, biased: true);
        using (no_grad())
        {
            layer.Weight.normal_();
        }

        Assert.False(WinogradConvolution.CanCompute(values, layer.Weight, kernel / 2));
        using var output = layer.call(values);
        using var expected = nn.functional.conv2d(values, layer.Weight, layer.Bias, padding: [kernel / 2, kernel / 2]);
        Assert.InRange(Difference(expected.to(ScalarType.Float64), output), 0, Tolerance);
    }

    [Fact]
    public void A_layer_learns_through_it_and_the_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var values = randn(64, 16, 12, 12).InChannelsLast();
        using var layer = new Convolution(16, 24, 3, padded: true, biased: true);
        using (no_grad())
        {
            layer.Weight.normal_();
        }

        Assert.True(WinogradConvolution.Supports(values, layer.Weight, 1));
        var before = (Libtorch: get_num_threads(), Own: Workers.Threads);
        try
        {
            set_num_threads(1);
            Workers.Threads = 1;
            var alone = Run();
            set_num_threads(3);
            Workers.Threads = 3;
            Assert.Equal(alone, Run());
        }
        finally
        {
            set_num_threads(before.Libtorch);
            Workers.Threads = before.Own;
        }

        List<float[]> Run()
        {
            var x = values.detach().requires_grad_();
            layer.zero_grad();
            var y = layer.call(x);
            y.square().sum().backward();
            Assert.NotNull(layer.Bias!.grad);
            return [Floats(y), Floats(x.grad!), Floats(layer.Weight.grad!)];
        }
    }

    private static float[] Floats(Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];

    private static double Difference(Tensor expected, Tensor actual) =>
        (actual.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>();
}
