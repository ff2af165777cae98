using Fer.Core.Model.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Layers;

/// <summary>A convolution with "same" padding or none, computed in the element type of its input, and optional 2x2 max pooling.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Parameter weight;
    private readonly Parameter? bias;
#pragma warning restore IDE1006
    private readonly long _padding;
    private readonly bool _pooled;
    private Tensor? _fusedWeight;
    private Tensor? _fusedMatrix;
    private Tensor? _fusedBias;

    public Convolution(int inputs, int outputs, int kernel, bool padded, bool biased, bool pooled = false)
        : base(nameof(Convolution))
    {
        weight = Parameter(empty(outputs, inputs, kernel, kernel));
        bias = biased ? Parameter(zeros(outputs)) : null;
        _padding = padded ? kernel / 2 : 0;
        _pooled = pooled;
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public Parameter? Bias => bias;

    /// <summary>Zeros on each side of the input.</summary>
    public long Padding => _padding;

    /// <summary>Multiply-adds (MACs) for each image of an input, computed directly and before pooling.</summary>
    public double MultiplyAdds(Tensor input)
    {
        var border = 2 * _padding - weight.shape[2] + 1;
        return (input.shape[2] + border) * (input.shape[3] + border) * (double)weight.NumberOfElements;
    }

    /// <summary>Uses these weights instead of the parameters from now on, without gradient.</summary>
    /// <param name="kernel">Same shape as the weight; it is copied.</param>
    /// <param name="offset">One value per output channel, or null.</param>
    /// <param name="type">The element type of future inputs.</param>
    public void FuseForInference(Tensor kernel, Tensor? offset, ScalarType type)
    {
        DisposeFused();
        _fusedWeight = kernel.detach().to(type).InChannelsLast().DetachFromDisposeScope();
        _fusedBias = offset?.detach().to(type).DetachFromDisposeScope();
    }

    public override Tensor forward(Tensor input)
    {
        if (_fusedWeight is not null)
        {
            return Pool(ForwardFused(input, _fusedWeight));
        }

        var (kernel, offset) = (weight.to(input.dtype), bias?.to(input.dtype));
        return AlgorithmFor(input) switch
        {
            ConvolutionAlgorithm.PooledOneChannel => PooledOneChannelConvolution.apply(input, kernel),
            ConvolutionAlgorithm.Winograd => Pool(WinogradConvolution.apply(input, kernel, offset!, _padding)),
            ConvolutionAlgorithm.OneChannel => Pool(OneChannelConvolution.apply(input, kernel, offset!, _padding)),
            ConvolutionAlgorithm.Im2Col => Pool(Im2ColConvolution.apply(input, kernel, offset!, _padding)),
            _ => Pool(functional.conv2d(input, kernel, offset, padding: [_padding, _padding])),
        };
    }

    /// <summary>The algorithm for an input: with gradients, the one that was the fastest of those measured for its shape.</summary>
    public ConvolutionAlgorithm AlgorithmFor(Tensor input)
    {
        if (!is_grad_enabled())
        {
            return ConvolutionAlgorithm.Direct;
        }

        if (_pooled && bias is null && PooledOneChannelConvolution.Supports(input, weight, _padding))
        {
            return ConvolutionAlgorithm.PooledOneChannel;
        }

        if (WinogradConvolution.Supports(input, weight, _padding))
        {
            return ConvolutionAlgorithm.Winograd;
        }

        if (OneChannelConvolution.Supports(input, weight, _padding))
        {
            return ConvolutionAlgorithm.OneChannel;
        }

        return Im2ColConvolution.Supports(input, weight, _padding) ? ConvolutionAlgorithm.Im2Col : ConvolutionAlgorithm.Direct;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeFused();
        }

        base.Dispose(disposing);
    }

    private Tensor Pool(Tensor maps) => _pooled ? FusedMaxPool.Pool(maps) : maps;

    private Tensor ForwardFused(Tensor input, Tensor kernel)
    {
        if (!Im2Col.SuitsPreparedWeights(input, kernel, _padding))
        {
            return functional.conv2d(input, kernel, _fusedBias, padding: [_padding, _padding]);
        }

        _fusedMatrix ??= Im2Col.Weights(kernel).DetachFromDisposeScope();
        return Im2Col.Convolve(input, _fusedMatrix, _fusedBias, _padding);
    }

    private void DisposeFused()
    {
        _fusedWeight?.Dispose();
        _fusedMatrix?.Dispose();
        _fusedBias?.Dispose();
        (_fusedWeight, _fusedMatrix, _fusedBias) = (null, null, null);
    }
}
