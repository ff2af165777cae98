using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model.Kernels;

public sealed class FusedBatchNormTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void It_is_batch_norm_then_a_residual_then_relu(bool residual, bool activate)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var fused = nn.BatchNorm2d(24);
        using var stock = nn.BatchNorm2d(24);
        using (no_grad())
        {
            fused.weight!.normal_();
            fused.bias!.normal_();
            stock.weight!.copy_(fused.weight);
            stock.bias!.copy_(fused.bias);
        }

        var values = (randn(5, 24, 7, 3) * 3 + 2).InChannelsLast();
        var (x, expectedX) = (values.clone().requires_grad_(), values.clone().requires_grad_());
        var more = randn(5, 24, 7, 3).InChannelsLast();
        var (r, expectedR) = (more.clone().requires_grad_(), more.clone().requires_grad_());
        Assert.True(FusedBatchNorm.Supports(fused, x));

        var output = FusedBatchNorm.Apply(fused, x, residual ? r : null, activate);
        var expected = stock.call(expectedX);
        expected = residual ? expected + expectedR : expected;
        expected = activate ? expected.relu() : expected;
        var gradient = randn(output.shape);
        output.backward([gradient]);
        expected.backward([gradient]);

        Close(expected, output);
        Close(expectedX.grad!, x.grad!);
        Close(stock.weight!.grad!, fused.weight!.grad!);
        Close(stock.bias!.grad!, fused.bias!.grad!);
        Close(stock.running_mean!, fused.running_mean!);
        Close(stock.running_var!, fused.running_var!);
        Assert.Equal(stock.num_batches_tracked!.item<long>(), fused.num_batches_tracked!.item<long>());
        if (residual)
        {
            Close(expectedR.grad!, r.grad!);
        }
    }

    [Fact]
    public void A_large_mean_does_not_hide_the_variance()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm2d(8);
        var noise = randn(8, 8, 6, 6);
        var values = (noise + 1000).InChannelsLast().requires_grad_();

        var output = FusedBatchNorm.Apply(norm, values, null, activate: false);

        Assert.InRange(output.std().item<float>(), 0.99, 1.01);
        Assert.InRange(output.mean().abs().item<float>(), 0, 1e-3);
    }

    [Fact]
    public void A_network_that_is_evaluated_keeps_the_statistics_of_the_training()
    {
        using var norm = nn.BatchNorm2d(8);
        using var values = zeros(4, 8, 2, 2);
        norm.eval();
        Assert.False(FusedBatchNorm.Supports(norm, values));
    }

    private static void Close(Tensor expected, Tensor actual) =>
        Assert.True(actual.allclose(expected, 1e-4, 1e-5), $"off by {(actual - expected).abs().max().item<float>()}");
}
