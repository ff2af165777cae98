using Fer.Core.Model;
using Fer.Core.Model.Kernels;
using Fer.Core.Model.Layers;
using Fer.Core.Training;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Model;

/// <summary>The layers that are rewritten for speed give what libtorch's own layers give.</summary>
public sealed class FastLayerTests
{
    [Theory]
    [InlineData(16, 8, 8, ScalarType.BFloat16)]
    [InlineData(48, 7, 9, ScalarType.BFloat16)]
    [InlineData(32, 2, 3, ScalarType.BFloat16)]
    [InlineData(16, 8, 8, ScalarType.Float32)]
    [InlineData(24, 7, 9, ScalarType.Float32)]
    [InlineData(8, 2, 3, ScalarType.Float32)]
    public void Fused_pooling_is_pooling_then_relu_then_dropout(int channels, int height, int width, ScalarType type)
    {
        const double probability = 0.4;
        var masks = new DropoutMasks();
        using var layer = new MaxPoolReluDropout(probability, masks);
        layer.train();
        using var values = randn(3, channels, height, width).to(type).InChannelsLast();
        Assert.True(FusedMaxPool.Supports(values));

        masks.Begin(7, 1, 2);
        var (output, gradient) = Run(values, layer.call);
        masks.Begin(7, 1, 2);
        using var mask = masks.Next([3, height / 2, width / 2, channels], probability, type, CPU).permute(0, 3, 1, 2).ne(0);
        var factor = DropoutMasks.Factor(DropoutMasks.Threshold(probability));
        var (expected, expectedGradient) = Run(
            values, x => (nn.functional.max_pool2d(x, 2).relu().to(ScalarType.Float32) * mask * factor).to(type));

        Assert.Equal(Floats(expected), Floats(output));
        Assert.Equal(Floats(expectedGradient), Floats(gradient));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Fused_pooling_alone_keeps_what_is_negative(ScalarType type)
    {
        using var values = randn(2, 16, 6, 5).sub(2).to(type).InChannelsLast();

        var (output, gradient) = Run(values, FusedMaxPool.Pool);
        var (expected, expectedGradient) = Run(values, x => nn.functional.max_pool2d(x, 2));

        Assert.Equal(Floats(expected), Floats(output));
        Assert.Equal(Floats(expectedGradient), Floats(gradient));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Fused_pooling_passes_on_NaN(ScalarType type)
    {
        using var layer = new MaxPoolReluDropout(0, new DropoutMasks());
        layer.train();
        using var values = zeros(1, 16, 2, 2).fill_(double.NaN).to(type).InChannelsLast();
        using var negative = values.neg();
        Assert.All(Floats(Run(values, layer.call).Output), value => Assert.True(float.IsNaN(value)));
        Assert.All(Floats(Run(negative, layer.call).Output), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(8, 16, 3, 1)]
    [InlineData(16, 8, 4, 0)]
    [InlineData(4, 512, 8, 1)]
    [InlineData(6, 4, 1, 1)]
    public void The_weight_gradient_by_product_is_the_convolutions_own(int inputs, int outputs, int width, long padding)
    {
        using var values = randn(5, inputs, width, width).InChannelsLast();
        using var weight = randn(outputs, inputs, 3, 3);
        Assert.True(Im2ColConvolution.Supports(values, weight, padding));
        using var fast = weight.clone().requires_grad_();
        // In float64, which libtorch computes itself: oneDNN's float32 gradient of 1x1 maps is wrong on one thread of a Zen 5.
        using var stock = weight.to(ScalarType.Float64).requires_grad_();
        using var offset = randn(outputs).requires_grad_();
        using var stockOffset = offset.detach().to(ScalarType.Float64).requires_grad_();

        var (output, gradient) = Run(values, x => Im2ColConvolution.apply(x, fast, offset, padding));
        var (expected, expectedGradient) = Run(
            values.to(ScalarType.Float64), x => nn.functional.conv2d(x, stock, stockOffset, padding: [padding, padding]));

        Close(expected, output);
        Close(expectedGradient, gradient);
        Close(stock.grad!, fast.grad!);
        Close(stockOffset.grad!, offset.grad!);
    }

    [Fact]
    public void Large_maps_keep_the_convolution_of_the_library()
    {
        using var values = zeros(1, 48, 24, 24);
        using var weight = zeros(96, 48, 3, 3);
        Assert.False(Im2ColConvolution.Supports(values, weight, 1));
    }

    [Fact]
    public void A_one_channel_image_is_told_to_be_in_channels_last()
    {
        using var image = rand(2, 1, 6, 6);
        using var weight = randn(16, 1, 3, 3);
        using var ordered = image.InChannelsLast();
        using var maps = nn.functional.conv2d(ordered, weight);
        Assert.Equal(1, maps.stride()[1]);
        Close(nn.functional.conv2d(image, weight), maps);
    }

    [Theory]
    [InlineData("emotion-net", 0, Precision.Float32, 1e-4)]
    [InlineData("emotion-net", 0, Precision.BFloat16, 0.05)]
    [InlineData("emotion-net", 8, Precision.Float32, 1e-4)]
    [InlineData("emotion-net", 8, Precision.BFloat16, 0.05)]
    [InlineData("classic", 0, Precision.Float32, 1e-4)]
    [InlineData("classic", 0, Precision.BFloat16, 0.05)]
    public void A_fused_network_gives_the_same_logits(string name, int squeeze, Precision precision, double tolerance)
    {
        var options = new TrainingOptions { Data = "", Output = "", Architecture = name, ReductionRatio = squeeze };
        using var network = NetworkChoice.ArchitectureOf(options).Build(labels: 7, size: 48);
        using var guard = no_grad();
        foreach (var (part, values) in network.state_dict())
        {
            // Statistics as a training run would leave them, and some negative factors, which must not be folded.
            if (part.EndsWith("running_mean", StringComparison.Ordinal) || part.EndsWith("norm.bias", StringComparison.Ordinal))
            {
                values.normal_(0, 0.3);
            }
            else if (part.EndsWith("running_var", StringComparison.Ordinal))
            {
                values.uniform_(0.5, 2);
            }
            else if (part == "stages.1.down.norm.weight")
            {
                values.normal_(0, 1);
            }
        }

        network.eval();
        using var faces = randn(3, 1, 48, 48);
        using var before = network.call(faces);
        network.Precision = precision;
        network.FuseForInference();
        using var after = network.call(faces);

        Assert.InRange(Difference(before, after), 0, tolerance);
    }

    /// <summary>One face and many go different ways through the convolutions.</summary>
    [Theory]
    [InlineData("emotion-net")]
    [InlineData("classic")]
    public void Logits_do_not_depend_on_the_rest_of_the_batch(string name)
    {
        using var network = Architecture.Named(name).Build(labels: 7, size: 48);
        using var guard = no_grad();
        network.FuseForInference();
        using var faces = randn(8, 1, 48, 48);
        using var together = network.call(faces);
        using var alone = cat([.. Enumerable.Range(0, 8).Select(face => network.call(faces.narrow(0, face, 1)))]);
        Assert.InRange(Difference(together, alone), 0, 1e-4);
    }

    private static (Tensor Output, Tensor Gradient) Run(Tensor values, Func<Tensor, Tensor> layer)
    {
        using var input = values.clone().requires_grad_();
        var output = layer(input);
        using var direction = arange(output.NumberOfElements).remainder(17).sub(8).to(output.dtype).reshape(output.shape);
        output.backward([direction]);
        return (output.detach(), input.grad!.clone());
    }

    private static float[] Floats(Tensor tensor) => [.. tensor.to(ScalarType.Float32).contiguous().data<float>()];

    /// <summary>The largest difference, beside the largest value.</summary>
    private static float Difference(Tensor expected, Tensor actual) =>
        (actual - expected).abs().max().item<float>() / expected.abs().max().item<float>();

    private static void Close(Tensor expected, Tensor actual)
    {
        using var rounded = expected.to(actual.dtype);
        Assert.True(actual.allclose(rounded, 1e-4, 1e-3), $"off by {(actual - rounded).abs().max().item<float>()}");
    }
}
