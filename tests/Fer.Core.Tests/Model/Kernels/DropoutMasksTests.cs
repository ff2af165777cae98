using Fer.Core.Model.Kernels;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model.Kernels;

public sealed class DropoutMasksTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 0.4)]
    [InlineData(ScalarType.BFloat16, 0.3)]
    [InlineData(ScalarType.Float32, 0.0)]
    public void A_mask_drops_the_stated_part_and_keeps_the_mean(ScalarType type, double probability)
    {
        var values = Mask(new DropoutMasks(), [1003, 517], probability, type);

        Assert.InRange(values.Count(value => value == 0) / (double)values.Length, probability - 0.004, probability + 0.004);
        Assert.InRange(values.Average(), 0.99, 1.01);
    }

    [Fact]
    public void The_same_step_gives_the_same_mask_and_each_layer_its_own()
    {
        var (a, b) = (new DropoutMasks(), new DropoutMasks());
        a.Begin(1, 2, 3);
        b.Begin(1, 2, 3);
        var first = Mask(a, [100], 0.5, ScalarType.Float32);

        Assert.Equal(first, Mask(b, [100], 0.5, ScalarType.Float32));
        Assert.NotEqual(first, Mask(a, [100], 0.5, ScalarType.Float32));
    }

    private static float[] Mask(DropoutMasks source, long[] shape, double probability, ScalarType type)
    {
        using var mask = source.Next(shape, probability, type, CPU);
        using var values = mask.to_type(ScalarType.Float32);
        return values.data<float>().ToArray();
    }
}
