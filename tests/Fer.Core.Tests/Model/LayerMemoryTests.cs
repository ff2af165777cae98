using Fer.Core.Data;
using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model;

[Collection(nameof(Alone))]
public sealed class LayerMemoryTests
{
    [Fact]
    public void Normalized_faces_keep_no_tensor_but_their_own()
    {
        using var pixels = zeros(2, 1, 16, 16, ScalarType.Byte);
        // Tensors that other tests have left count until they are collected.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;

        using (new FacePreprocessor(new Preprocessing(16, 0.5, 0.2)).Normalize(pixels))
        {
            Assert.Equal(before + 1, Tensor.TotalCount);
        }
    }

    [Fact]
    public void A_thousand_fused_steps_keep_no_memory()
    {
        var masks = new DropoutMasks();
        using var layer = new MaxPoolReluDropout(0.4, masks);
        layer.train();
        using var values = randn(8, 64, 16, 16).to(ScalarType.BFloat16).InChannelsLast();
        using var weight = randn(64, 64, 3, 3).to(ScalarType.BFloat16);
        // A step makes half a megabyte of tensors.
        AssertKeepsNoMemory(() =>
        {
            var input = values.detach().requires_grad_();
            var pooled = layer.call(nn.functional.max_pool2d(layer.call(input), 2));
            Im2ColConvolution.apply(pooled, weight, null!, 1L).sum().backward();
        });
    }

    [Fact]
    public void A_thousand_steps_in_float32_keep_no_memory()
    {
        using var layer = new MaxPoolReluDropout(0.4, new DropoutMasks());
        using var norm = nn.BatchNorm2d(64);
        layer.train();
        using var values = randn(8, 64, 16, 16).InChannelsLast();
        using var weight = randn(64, 64, 3, 3);
        // A step makes two megabytes of tensors.
        AssertKeepsNoMemory(() =>
        {
            var input = values.detach().requires_grad_();
            var normalized = FusedBatchNorm.Apply(norm, layer.call(input), null, activate: true);
            WinogradConvolution.apply(normalized, weight.detach().requires_grad_(), null!, 1L).sum().backward();
            (norm.weight!.grad, norm.bias!.grad) = (null, null);
        });
    }

    /// <summary>A thousand steps after a warm-up, each in a dispose scope of its own.</summary>
    private static void AssertKeepsNoMemory(Action step)
    {
        Repeat(100);
        var before = Environment.WorkingSet;
        Repeat(1000);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 50_000_000);

        void Repeat(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                step();
            }
        }
    }
}
