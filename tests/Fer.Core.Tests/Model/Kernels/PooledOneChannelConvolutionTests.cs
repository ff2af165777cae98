using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model.Kernels;

public sealed class PooledOneChannelConvolutionTests
{
    [Theory]
    [InlineData(3, 32, 48, 48)]
    [InlineData(1, 8, 2, 2)]
    [InlineData(2, 16, 7, 9)]
    [InlineData(5, 48, 6, 4)]
    public void It_is_the_convolution_and_the_pooling_with_the_gradient_of_the_weight(int batch, int outputs, int height, int width)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var values = randn(batch, 1, height, width);
        var w = randn(outputs, 1, 3, 3).requires_grad_();
        var w64 = w.detach().to(ScalarType.Float64).requires_grad_();
        Assert.True(PooledOneChannelConvolution.Supports(values, w, padding: 1));

        var output = PooledOneChannelConvolution.apply(values, w);
        var expected = nn.functional.max_pool2d(nn.functional.conv2d(values.to(ScalarType.Float64), w64, padding: [1, 1]), 2);
        var gradient = randn(output.shape);
        output.backward([gradient]);
        expected.backward([gradient.to(ScalarType.Float64)]);

        Assert.Equal(expected.shape, output.shape);
        Close(expected, output);
        Close(w64.grad!, w.grad!);
        Assert.Equal(1, output.stride()[1]);
    }

    [Fact]
    public void NaN_is_the_maximum_of_its_window()
    {
        using var scope = NewDisposeScope();
        var values = zeros(1, 1, 6, 6);
        values[0, 0, 5, 5] = float.NaN;

        var output = PooledOneChannelConvolution.apply(values, ones(8, 1, 3, 3).requires_grad_());

        Assert.Equal(8, output.isnan().sum().item<long>());
        Assert.True(output[0, 0, 2, 2].isnan().item<bool>());
    }

    [Fact]
    public void Images_that_want_a_gradient_and_odd_channels_go_the_other_way()
    {
        using var scope = NewDisposeScope();
        Tensor values = zeros(1, 1, 6, 6), weight = zeros(16, 1, 3, 3);
        Assert.True(PooledOneChannelConvolution.Supports(values, weight, padding: 1));
        Assert.False(PooledOneChannelConvolution.Supports(values, weight, padding: 0));
        Assert.False(PooledOneChannelConvolution.Supports(values, zeros(12, 1, 3, 3), padding: 1));
        Assert.False(PooledOneChannelConvolution.Supports(zeros(1, 1, 1, 6), weight, padding: 1));
        Assert.False(PooledOneChannelConvolution.Supports(zeros(1, 1, 6, 6).requires_grad_(), weight, padding: 1));
        using (no_grad())
        {
            Assert.False(PooledOneChannelConvolution.Supports(values, weight, padding: 1));
        }
    }

    private static void Close(Tensor expected, Tensor actual) => Assert.InRange(
        (actual.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>(), 0, 3e-6);
}
