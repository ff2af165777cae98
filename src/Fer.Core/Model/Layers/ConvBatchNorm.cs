using Fer.Core.Model.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Layers;

/// <summary>
/// A 3x3 convolution without bias, optional 2x2 max pooling, then batch norm with float32 statistics. Of low rank, the convolution
/// has fewer channels, and a 1x1 convolution expands them.
/// </summary>
internal sealed class ConvBatchNorm : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Convolution conv;
    private readonly Convolution? expand;
    private readonly BatchNorm2d norm;
#pragma warning restore IDE1006
    private bool _isFused;

    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="pooled">Whether pooling follows the convolution: before batch norm and ReLU it leaves them a quarter of the work.</param>
    /// <param name="rank">Channels of the 3x3 convolution if a 1x1 convolution expands them; 0 if none does.</param>
    public ConvBatchNorm(int inputs, int outputs, bool pooled = false, int rank = 0)
        : base(nameof(ConvBatchNorm))
    {
        conv = new Convolution(inputs, rank > 0 ? rank : outputs, 3, padded: true, biased: false, pooled && rank == 0);
        expand = rank > 0 ? new Convolution(rank, outputs, 1, padded: false, biased: false, pooled) : null;
        norm = BatchNorm2d(outputs);
        init.kaiming_normal_(conv.Weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        if (expand is not null)
        {
            init.kaiming_normal_(expand.Weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.Linear);
        }

        RegisterComponents();
    }

    /// <summary>The 3x3 convolution.</summary>
    public Convolution Convolution => conv;

    /// <summary>Batch norm.</summary>
    public BatchNorm2d Norm => norm;

    /// <summary>
    /// Folds batch norm into the convolution: with fixed statistics it is a factor and an offset per channel. Max
    /// pooling between the two commutes with it only if no factor is negative; otherwise batch norm is kept.
    /// </summary>
    public void FuseForInference(ScalarType type)
    {
        using TorchSharp.Scalar eps = norm.eps;
        var factor = norm.weight / norm.running_var!.add(eps, Scalars.One).sqrt();
        _isFused = factor.min().item<float>() >= 0;
        var last = expand ?? conv;
        if (_isFused)
        {
            last.FuseForInference(last.Weight * factor.view(-1, 1, 1, 1), norm.bias! - norm.running_mean! * factor, type);
        }
        else
        {
            last.FuseForInference(last.Weight, null, type);
        }

        if (expand is not null)
        {
            conv.FuseForInference(conv.Weight, null, type);
        }
    }

    public override Tensor forward(Tensor input) => Normalize(Convolve(input));

    /// <summary>Convolution, batch norm, the residual added, and ReLU.</summary>
    public Tensor Activated(Tensor input, Tensor? residual = null) => NormalizeAndActivate(Convolve(input), residual);

    private Tensor Convolve(Tensor input) => expand is null ? conv.call(input) : expand.call(conv.call(input));

    private Tensor NormalizeAndActivate(Tensor maps, Tensor? residual = null)
    {
        if (!_isFused && FusedBatchNorm.Supports(norm, maps))
        {
            return FusedBatchNorm.Apply(norm, maps, residual, activate: true);
        }

        var normalized = Normalize(maps);
        return (residual is null ? normalized : normalized.add_(residual, Scalars.One)).relu_();
    }

    private Tensor Normalize(Tensor maps)
    {
        if (_isFused)
        {
            return maps;
        }

        return norm.training ? NormalizeByBatch(maps) : norm.call(maps);
    }

    /// <summary>The layer's own forward pass in training, except for <see cref="FusedBatchNorm.CountBatch"/>.</summary>
    private Tensor NormalizeByBatch(Tensor maps)
    {
        FusedBatchNorm.CountBatch(norm);
        var momentum = norm.momentum ?? 1.0 / norm.num_batches_tracked!.item<long>();
        return functional.batch_norm(maps, norm.running_mean!, norm.running_var!, norm.weight, norm.bias, training: true, momentum, norm.eps);
    }
}
