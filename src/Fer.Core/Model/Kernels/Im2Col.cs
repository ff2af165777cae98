using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>
/// A 3x3 convolution with stride 1 as one matrix product over the unfolded input (im2col), which is faster for small
/// feature maps. Float32 on two cores of an Ice Lake, compared with oneDNN's kernel, forward with 384 channels on 3x3 pixels: 1.5 to
/// 3.5 times as fast for 1 to 128 faces; 96 to 192 channels on 12x12 or 6x6 pixels of one face: 1.1 to 1.6 times.
/// bfloat16 on one core of a Zen 5, one face, prepared weights: 384 channels on 3x3 pixels 0.15 instead of 0.47 ms,
/// 192 to 384 on 6x6 0.18 instead of 0.32, 192 on 6x6 0.11 instead of 0.18, on 12x12 alike; of four faces 0.33 instead of
/// 0.62 ms on 3x3, on the others alike.
/// </summary>
internal static class Im2Col
{
    public const int Kernel = 3;

    /// <summary>Output pixels per image up to which the product is faster at any batch size.</summary>
    public const long SmallMap = 16;

    // Output pixels per batch up to which it is faster with prepared weights, which oneDNN would reorder in each call.
    private const long FewPixels = 150;

    /// <summary>Whether the product is faster if the result of <see cref="Weights"/> is kept between calls.</summary>
    public static bool SuitsPreparedWeights(Tensor input, Tensor weight, long padding)
    {
        var pixels = Pixels(input, padding);
        return CanCompute(input, weight)
            && (input.shape[0] * pixels <= FewPixels || (input.dtype == ScalarType.Float32 && pixels <= SmallMap));
    }

    /// <summary>Whether this class can compute the convolution at all, and is meant for it.</summary>
    public static bool CanCompute(Tensor input, Tensor weight) =>
        input.device.type == TorchSharp.DeviceType.CPU && weight.shape[2] == Kernel && input.shape[1] > 1;

    /// <summary>Whether the values of the input and those of the output have fewer than 2^31 bytes, as many as a kernel addresses.</summary>
    public static bool IsAddressable(Tensor input, Tensor weight, long padding) =>
        input.NumberOfElements <= int.MaxValue / sizeof(float) && input.shape[0] * weight.shape[0] * Pixels(input, padding) <= int.MaxValue / sizeof(float);

    /// <summary>Output pixels per image.</summary>
    public static long Pixels(Tensor input, long padding)
    {
        var (height, width) = OutputSize(input, padding);
        return height * width;
    }

    /// <summary>Weights <c>[out, in, 3, 3]</c> as the matrix <c>[9 * in, out]</c> that <see cref="Convolve"/> takes.</summary>
    public static Tensor Weights(Tensor weight) =>
        weight.permute(2, 3, 1, 0).contiguous().view(Kernel * Kernel * weight.shape[1], weight.shape[0]);

    /// <summary>The convolution.</summary>
    /// <param name="input"><c>[batch, in, height, width]</c>.</param>
    /// <param name="weights">The result of <see cref="Weights"/>.</param>
    /// <param name="bias"><c>[out]</c> or null.</param>
    /// <param name="padding">Zeros around the input.</param>
    /// <returns><c>[batch, out, height, width]</c>, channels last.</returns>
    public static Tensor Convolve(Tensor input, Tensor weights, Tensor? bias, long padding)
    {
        var rows = Rows(input, padding);
        var (height, width) = OutputSize(input, padding);
        var outputs = bias is null ? rows.mm(weights) : addmm(bias, rows, weights, beta: 1, alpha: 1);
        return outputs.view(input.shape[0], height, width, weights.shape[1]).permute(0, 3, 1, 2);
    }

    /// <summary>One row of <c>9 * channels</c> values per output pixel.</summary>
    public static Tensor Rows(Tensor input, long padding)
    {
        var (batch, channels) = (input.shape[0], input.shape[1]);
        var (height, width) = OutputSize(input, padding);
        var padded = nn.functional.pad(input.permute(0, 2, 3, 1), [0, 0, padding, padding, padding, padding]).contiguous();
        var (row, image) = ((width + 2) * channels, (height + 2) * (width + 2) * channels);
        return padded
            .as_strided([batch, height, width, Kernel, Kernel * channels], [image, row, channels, row, 1], padded.storage_offset())
            .reshape(batch * height * width, Kernel * Kernel * channels);
    }

    private static (long Height, long Width) OutputSize(Tensor input, long padding) =>
        (input.shape[2] + 2 * padding - Kernel + 1, input.shape[3] + 2 * padding - Kernel + 1);
}
