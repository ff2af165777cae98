namespace Fer.Core.Model.Layers;

/// <summary>How a convolution is computed in training.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>libtorch's own kernel (oneDNN).</summary>
    Direct,

    /// <summary>Winograd's, in float32 (<see cref="Kernels.WinogradConvolution"/>).</summary>
    Winograd,

    /// <summary>For gray input (<see cref="Kernels.OneChannelConvolution"/>).</summary>
    OneChannel,

    /// <summary>For gray input, with the max pooling that follows (<see cref="Kernels.PooledOneChannelConvolution"/>).</summary>
    PooledOneChannel,

    /// <summary>A matrix product over the unfolded input (<see cref="Kernels.Im2ColConvolution"/>).</summary>
    Im2Col,
}
