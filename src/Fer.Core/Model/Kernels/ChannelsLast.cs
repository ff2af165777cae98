using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>Memory layout of feature maps.</summary>
internal static class ChannelsLast
{
    /// <summary>
    /// The same <c>[batch, channels, height, width]</c> in the channels-last layout, in which libtorch's convolutions are
    /// faster and its pooling is twelve times as fast.
    /// </summary>
    /// <remarks>
    /// A one-channel image has the same bytes in both layouts, and libtorch takes it for channels-first; then the first
    /// convolution returns channels-first too, and everything after it stays slow. Explicit strides prevent that.
    /// </remarks>
    public static Tensor InChannelsLast(this Tensor maps)
    {
        var (batch, channels, height, width) = (maps.shape[0], maps.shape[1], maps.shape[2], maps.shape[3]);
        return channels == 1
            ? maps.contiguous().as_strided([batch, 1, height, width], [height * width, 1, width, 1], maps.storage_offset())
            : maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}
