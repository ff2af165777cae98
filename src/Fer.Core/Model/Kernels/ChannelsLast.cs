using static TorchSharp.torch;

namespace Fer.Core.Model.Kernels;

/// <summary>Memory order of feature maps.</summary>
internal static class ChannelsLast
{
    /// <summary>
    /// The same <c>[batch, channels, height, width]</c> with the channels of a pixel side by side, which is what the
    /// convolutions and, twelve times faster, the pooling of libtorch want.
    /// </summary>
    /// <remarks>
    /// A one-channel image is the same bytes in both orders, and libtorch takes it for planes; its first convolution
    /// then returns planes too, and everything after it stays slow. Only the strides can tell it otherwise.
    /// </remarks>
    public static Tensor InChannelsLast(this Tensor maps)
    {
        var (batch, channels, height, width) = (maps.shape[0], maps.shape[1], maps.shape[2], maps.shape[3]);
        return channels == 1
            ? maps.contiguous().as_strided([batch, 1, height, width], [height * width, 1, width, 1], maps.storage_offset())
            : maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}
