using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model.Layers;

/// <summary>
/// Scales each channel by a weight computed from the global average of all channels (Hu et al. 2018,
/// "Squeeze-and-Excitation Networks").
/// </summary>
internal sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly Convolution squeeze;
    private readonly Convolution excite;
#pragma warning restore IDE1006

    public SqueezeExcitation(int channels, int squeezedChannels)
        : base(nameof(SqueezeExcitation))
    {
        squeeze = new Convolution(channels, squeezedChannels, 1, padded: false, biased: true);
        excite = new Convolution(squeezedChannels, channels, 1, padded: false, biased: true);
        init.kaiming_normal_(squeeze.Weight, nonlinearity: init.NonlinearityType.ReLU);
        init.kaiming_normal_(excite.Weight, nonlinearity: init.NonlinearityType.Linear);
        RegisterComponents();
    }

    /// <summary><c>[batch, channels, height, width]</c> to the same shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        // One value per channel: float32 costs nothing here.
        var squeezed = input.mean([2, 3], type: ScalarType.Float32);
        var weights = Linear(excite, Linear(squeeze, squeezed).relu_()).sigmoid().to(input.dtype);
        return (input * weights.view(weights.shape[0], weights.shape[1], 1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A 1x1 convolution of one pixel is a linear layer. As a convolution, libtorch would pass it to NNPACK, which prints
    /// warnings on processors that it does not know.
    /// </summary>
    private static Tensor Linear(Convolution layer, Tensor input) => functional.linear(input, layer.Weight.flatten(1), layer.Bias);
}
