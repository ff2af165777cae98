using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model.Kernels;

public sealed class OneChannelConvolutionTests
{
    [Theory]
    [InlineData(3, 16, 7, 9, 1, true)]
    [InlineData(1, 48, 6, 6, 1, false)]
    [InlineData(5, 32, 8, 5, 0, true)]
    [InlineData(2, 16, 3, 3, 0, false)]
    [InlineData(2, 16, 1, 1, 1, true)]
    public void It_is_the_convolution_with_its_gradients_of_weight_and_bias(int batch, int outputs, int height, int width, long padding, bool biased)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var values = randn(batch, 1, height, width).InChannelsLast();
        var (w, b) = (randn(outputs, 1, 3, 3).requires_grad_(), randn(outputs).requires_grad_());
        var (w64, b64) = (w.detach().to(ScalarType.Float64).requires_grad_(), b.detach().to(ScalarType.Float64).requires_grad_());
        Assert.True(OneChannelConvolution.CanCompute(values, w, padding));

        var output = OneChannelConvolution.apply(values, w, biased ? b : null!, padding);
        var expected = nn.functional.conv2d(values.to(ScalarType.Float64), w64, biased ? b64 : null, padding: [padding, padding]);
        var gradient = randn(output.shape);
        output.backward([gradient]);
        expected.backward([gradient.to(ScalarType.Float64)]);

        Close(expected, output);
        Close(w64.grad!, w.grad!);
        Assert.Equal(1, output.stride()[1]);
        if (biased)
        {
            Close(b64.grad!, b.grad!);
        }
    }

    [Fact]
    public void An_image_that_wants_a_gradient_goes_the_other_way()
    {
        using var values = zeros(1, 1, 6, 6).requires_grad_();
        using var weight = zeros(16, 1, 3, 3);
        Assert.False(OneChannelConvolution.CanCompute(values, weight, 1));
    }

    private static void Close(Tensor expected, Tensor actual) => Assert.InRange(
        (actual.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>(), 0, 3e-6);
}
