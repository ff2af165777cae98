using static TorchSharp.torch;

namespace Fer.Core.Model;

/// <summary>Memory order of feature maps.</summary>
internal static class ChannelsLast
{
    /// <summary>
    /// The same <c>[batch, channels, height, width]</c> with the channels of a pixel side by side, which is what the
    /// convolutions and, twelve times faster, the pooling of libtorch want. A one-channel picture is neither order, and
    /// the first convolution returns planes, after which everything stays slow unless its output is put in order once.
    /// </summary>
    public static Tensor InChannelsLast(this Tensor maps) => maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
